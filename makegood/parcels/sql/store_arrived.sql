-- What arrived for known parcels, each scan once; what is there already stays as it is. The parcels that learned
-- something come back. Whoever writes a parcel's scans holds the parcel, so that nobody writes the same meanwhile: looking
-- costs a third of what ON CONFLICT does. In the order of the unique index, so that it grows page by page.
WITH known AS MATERIALIZED (
    SELECT parcel_id, happened_at, code, place FROM makegood_addressed JOIN makegood_scan USING (parcel_id)
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
