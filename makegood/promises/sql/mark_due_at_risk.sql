-- Open promises whose at-risk instant has come; said as `PromiseAtRisk` by the statement of the journal that follows.
WITH worrying AS (
    SELECT id FROM makegood_promise
    WHERE state = 'open' AND at_risk_since IS NULL AND at_risk_at <= %(now)s
    ORDER BY at_risk_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), marked AS (
    UPDATE makegood_promise AS promise
    SET at_risk_since = %(now)s
    FROM worrying
    WHERE promise.id = worrying.id
    RETURNING promise.id, promise.customer_id, promise.kind, promise.due_at
), said AS (
    SELECT 'PromiseAtRisk' AS kind, customer_id, 'promise:' || id AS ordering_key, id AS place,
        jsonb_build_object('promise_id', id, 'customer_id', customer_id, 'kind', kind, 'due_at', due_at) AS content
    FROM marked
)
