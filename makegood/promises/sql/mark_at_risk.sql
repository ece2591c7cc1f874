WITH worrying AS (
    SELECT id FROM makegood_promise
    WHERE state = 'open' AND at_risk_since IS NULL AND at_risk_at <= %(now)s
    ORDER BY at_risk_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE makegood_promise AS promise
SET at_risk_since = %(now)s
FROM worrying
WHERE promise.id = worrying.id
RETURNING promise.id AS promise_id, promise.customer_id, promise.kind, promise.due_at
