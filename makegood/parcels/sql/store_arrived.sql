-- What arrived for known parcels, each scan once; what is there already stays as it is. The parcels that learned
-- something come back. Whoever writes a parcel's scans holds the parcel, so that nobody writes the same meanwhile: looking
-- costs a third of what ON CONFLICT does. In the order of the unique index, so that it grows page by page.
WITH known AS MATERIALIZED (
    -- Each parcel by itself: the planner must not read all scans there are to find those of some parcels.
    SELECT parcel_id, happened_at, code, place
    FROM makegood_addressed AS addressed CROSS JOIN LATERAL (
        SELECT happened_at, code, place FROM makegood_scan AS scan WHERE scan.parcel_id = addressed.parcel_id OFFSET 0
    ) AS said
), fresh AS MATERIALIZED (
    SELECT DISTINCT ON (parcel_id, happened_at, code, place)
        parcel_id, addressed.customer_id, code, kind, happened_at, place, words
    FROM (SELECT *, to_timestamp(epoch_s) AS happened_at FROM makegood_arrived) AS arrived
    JOIN makegood_addressed AS addressed USING (carrier, number)
    WHERE NOT EXISTS (
        SELECT FROM known WHERE (known.parcel_id, known.happened_at, known.code, known.place)
            = (addressed.parcel_id, arrived.happened_at, arrived.code, arrived.place)
    )
    ORDER BY parcel_id, happened_at, code, place, kind, words
), written AS (
    INSERT INTO makegood_scan (parcel_id, customer_id, code, kind, happened_at, place, words, received_at)
    SELECT parcel_id, customer_id, code, kind, happened_at, place, words, %(now)s FROM fresh
)
SELECT parcel_id, count(*) FROM fresh GROUP BY parcel_id
