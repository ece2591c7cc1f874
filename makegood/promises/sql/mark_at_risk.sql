-- Open promises that worry nobody yet, or are to be looked at once more by now; said as `PromiseAtRisk` by the statement
-- of the journal that follows. An instant that has come is spent: whoever wants to look again sets another.
WITH calm AS (
    SELECT id FROM makegood_promise
    WHERE id = ANY(%(ids)s::bigint[]) AND state = 'open' AND (at_risk_since IS NULL OR at_risk_at <= %(now)s)
    ORDER BY id
    FOR UPDATE
), marked AS (
    UPDATE makegood_promise AS promise
    SET at_risk_since = coalesce(promise.at_risk_since, %(now)s),
        at_risk_at = CASE WHEN promise.at_risk_at > %(now)s THEN promise.at_risk_at END
    FROM calm
    WHERE promise.id = calm.id
    RETURNING promise.id, promise.customer_id, promise.kind, promise.due_at
), said AS (
    SELECT 'PromiseAtRisk' AS kind, customer_id, 'promise:' || id AS ordering_key, id AS place,
        jsonb_build_object('promise_id', id, 'customer_id', customer_id, 'kind', kind, 'due_at', due_at) AS content
    FROM marked
)
