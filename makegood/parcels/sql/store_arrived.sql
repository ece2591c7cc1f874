-- What arrived for known parcels, each scan once; what is there already stays as it is. The parcels that learned
-- something come back. In the order of the unique index, so that it grows page by page.
WITH fresh AS (
    INSERT INTO makegood_scan (parcel_id, customer_id, code, kind, happened_at, place, words, received_at)
    SELECT DISTINCT ON (parcel_id, happened_at, code, place)
        parcel_id, customer_id, code, kind, happened_at, place, words, %(now)s
    FROM makegood_arrived JOIN makegood_addressed USING (carrier, number)
    ORDER BY parcel_id, happened_at, code, place, kind, words
    ON CONFLICT (parcel_id, happened_at, code, place) DO NOTHING
    RETURNING parcel_id
)
SELECT parcel_id, count(*) AS fresh FROM fresh GROUP BY parcel_id
