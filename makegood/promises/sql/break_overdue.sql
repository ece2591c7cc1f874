-- The due, found by the partial index over open promises; rows that another sweeper holds are left to it.
-- What broke is said as `PromiseBroken` by the statement of the journal that follows.
WITH due AS (
    SELECT id FROM makegood_promise
    WHERE state = 'open' AND NOT awaits_news AND due_at <= %(now)s
    ORDER BY due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), broken AS (
    UPDATE makegood_promise AS promise
    SET state = 'broken', closed_at = %(now)s
    FROM due
    WHERE promise.id = due.id
    RETURNING promise.id, promise.customer_id, promise.kind, promise.due_at
), said AS (
    SELECT 'PromiseBroken' AS kind, customer_id, 'promise:' || id AS ordering_key, id AS place,
        jsonb_build_object('promise_id', id, 'customer_id', customer_id, 'kind', kind, 'due_at', due_at) AS content
    FROM broken
)
