-- Scans of known parcels; what is there already stays as it is. The parcels that learned something come back.
WITH fresh AS (
    INSERT INTO makegood_scan (parcel_id, customer_id, code, kind, happened_at, place, words, received_at)
    SELECT parcel_id, customer_id, code, kind, happened_at, place, words, %(now)s
    FROM unnest(
        %(parcels)s::bigint[], %(customers)s::bigint[], %(codes)s::text[], %(kinds)s::text[],
        %(instants)s::timestamptz[], %(places)s::text[], %(words)s::text[]
    ) AS said (parcel_id, customer_id, code, kind, happened_at, place, words)
    ON CONFLICT (parcel_id, happened_at, code, place, customer_id) DO NOTHING
    RETURNING parcel_id
)
SELECT parcel_id, count(*) AS fresh FROM fresh GROUP BY parcel_id
