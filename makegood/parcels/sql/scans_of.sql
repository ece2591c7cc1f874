-- All scans of these parcels, each parcel's together and as they happened, but for what was heard under a number that was
-- announced by mistake: what was heard under its own before that was called wrong counts again. Instants are texts, since
-- Python reads those faster.
SELECT scan.parcel_id, scan.code, scan.kind, scan.happened_at::text, scan.place, scan.words
FROM makegood_scan AS scan JOIN makegood_parcel AS parcel ON parcel.id = scan.parcel_id
WHERE scan.parcel_id = ANY(%(parcels)s::bigint[])
    AND (parcel.number_since IS NULL OR scan.received_at >= parcel.number_since OR (parcel.carrier, parcel.number) = (
        SELECT former.carrier, former.number FROM makegood_formernumber AS former
        WHERE former.parcel_id = parcel.id AND former.until_at > scan.received_at ORDER BY former.until_at, former.id LIMIT 1
    ))
ORDER BY scan.parcel_id, scan.happened_at
