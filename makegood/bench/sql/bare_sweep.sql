-- The same rows that the sweep writes, in one statement and nothing else: promises broken, facts, and a job for each reaction.
WITH due AS (
    SELECT id FROM makegood_promise
    WHERE state = 'open' AND due_at <= %(now)s
    ORDER BY due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), broken AS (
    UPDATE makegood_promise AS promise SET state = 'broken', closed_at = %(now)s
    FROM due WHERE promise.id = due.id
    RETURNING promise.id, promise.customer_id, promise.kind, promise.due_at
), facts AS (
    INSERT INTO makegood_fact (kind, version, customer_id, ordering_key, happened_at, content)
    SELECT 'PromiseBroken', 1, customer_id, 'promise:' || id, %(now)s,
        jsonb_build_object('customer_id', customer_id, 'promise_id', id, 'kind', kind, 'due_at', due_at)
    FROM broken
    RETURNING id, customer_id, ordering_key
)
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, args, status)
SELECT 'reactions', reaction, 0, ordering_key, jsonb_build_object('fact_id', id, 'sharer', 'customer:' || customer_id), 'todo'
FROM facts CROSS JOIN unnest(%(reactions)s::text[]) AS reaction
