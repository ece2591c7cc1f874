-- What arrived for known parcels, each scan once; what is there already stays as it is. The parcels that learned
-- something come back. Whoever writes a parcel's scans holds the parcel, so that nobody writes the same meanwhile and
-- nothing can collide: what is there is sorted among what arrives, before it. In the order of the unique index, so that it
-- grows page by page.
WITH written AS (
    INSERT INTO makegood_scan (parcel_id, customer_id, code, kind, happened_at, place, words, received_at)
    SELECT parcel_id, customer_id, code, kind, happened_at, place, words, %(now)s
    FROM (
        SELECT DISTINCT ON (parcel_id, happened_at, code, place) *
        FROM (
            SELECT parcel_id, customer_id, code, kind, to_timestamp(epoch_us / 1e6::float8) AS happened_at, place, words
            FROM makegood_arrived JOIN makegood_addressed USING (carrier, number)
            UNION ALL
            -- Each parcel by itself: the planner must not read all scans there are to find those of some parcels.
            SELECT parcel_id, NULL, code, NULL, happened_at, place, NULL
            FROM makegood_addressed AS addressed CROSS JOIN LATERAL (
                SELECT code, happened_at, place FROM makegood_scan AS scan
                WHERE scan.parcel_id = addressed.parcel_id OFFSET 0
            ) AS known
        ) AS said
        ORDER BY parcel_id, happened_at, code, place, kind NULLS FIRST, words
    ) AS told
    WHERE kind IS NOT NULL
    RETURNING parcel_id
)
SELECT parcel_id, count(*) FROM written GROUP BY parcel_id
