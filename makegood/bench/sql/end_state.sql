-- Everything that must be the same in whatever order scans came: a digest of scans, of estimates and of promises.
SELECT
    (SELECT md5(string_agg(md5((parcel_id, customer_id, code, kind, happened_at, place, words, received_at)::text), ''
        ORDER BY parcel_id, happened_at, code, place)) FROM makegood_scan) AS scans,
    (SELECT md5(string_agg(md5((parcel_id, verdict, outcome, probability_percent, evidence, claim_opens_date, claim_closes_date,
        verdict_at, look_at)::text), '' ORDER BY parcel_id)) FROM makegood_statusestimate) AS estimates,
    (SELECT md5(string_agg(md5((id, state, closed_at, fulfilled_at, state = 'open' AND at_risk_since IS NOT NULL)::text), ''
        ORDER BY id)) FROM makegood_promise) AS promises
