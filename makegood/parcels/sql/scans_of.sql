-- All scans of these parcels, each parcel's together and as they happened. Instants are texts, since Python reads those faster.
SELECT parcel_id, code, kind, happened_at::text, place, words
FROM makegood_scan
WHERE parcel_id = ANY(%(parcels)s::bigint[])
ORDER BY parcel_id, happened_at
