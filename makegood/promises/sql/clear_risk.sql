UPDATE makegood_promise AS promise SET at_risk_since = NULL, at_risk_at = NULL
FROM (
    SELECT id FROM makegood_promise
    WHERE id = ANY(%(ids)s::bigint[]) AND state = 'open' AND (at_risk_since IS NOT NULL OR at_risk_at IS NOT NULL)
    ORDER BY id
    FOR UPDATE
) AS worrying
WHERE promise.id = worrying.id
