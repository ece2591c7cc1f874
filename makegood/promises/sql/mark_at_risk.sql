-- Open promises that worry nobody yet; said as `PromiseAtRisk` by the statement of the journal that follows.
WITH calm AS (
    SELECT id FROM makegood_promise
    WHERE id = ANY(%(ids)s::bigint[]) AND state = 'open' AND at_risk_since IS NULL
    ORDER BY id
    FOR UPDATE
), marked AS (
    UPDATE makegood_promise AS promise
    SET at_risk_since = %(now)s
    FROM calm
    WHERE promise.id = calm.id
    RETURNING promise.id, promise.customer_id, promise.kind, promise.due_at
), said AS (
    SELECT 'PromiseAtRisk' AS kind, customer_id, 'promise:' || id AS ordering_key, id AS place,
        jsonb_build_object('promise_id', id, 'customer_id', customer_id, 'kind', kind, 'due_at', due_at) AS content
    FROM marked
)
