UPDATE makegood_belief AS belief
SET verdict = believed.verdict, outcome = believed.outcome, probability_percent = believed.probability_percent,
    evidence = believed.evidence, claim_opens_date = believed.claim_opens_date,
    claim_closes_date = believed.claim_closes_date, look_at = believed.look_at, verdict_at = %(now)s
FROM makegood_believed AS believed
WHERE belief.parcel_id = believed.parcel_id
