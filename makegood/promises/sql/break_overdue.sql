-- The due, found by the partial index over open promises; rows that another sweeper holds are left to it.
WITH due AS (
    SELECT id FROM makegood_promise
    WHERE state = 'open' AND due_at <= %(now)s
    ORDER BY due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE makegood_promise AS promise
SET state = 'broken', closed_at = %(now)s
FROM due
WHERE promise.id = due.id
RETURNING promise.id AS promise_id, promise.customer_id, promise.kind, promise.due_at
