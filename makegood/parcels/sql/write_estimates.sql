UPDATE makegood_statusestimate AS estimate
SET verdict = assessed.verdict, outcome = assessed.outcome, probability_percent = assessed.probability_percent,
    evidence = assessed.evidence, claim_opens_date = assessed.claim_opens_date,
    claim_closes_date = assessed.claim_closes_date, look_at = assessed.look_at, verdict_at = %(now)s
FROM makegood_assessed AS assessed
WHERE estimate.parcel_id = assessed.parcel_id
