-- Promises of which we now know when they were fulfilled, in whatever order that news came. In time is kept, even where
-- the sweep had already called it broken for want of news; late is broken; a withdrawn one stays withdrawn. What changes
-- is said by the statement of the journal that follows.
WITH known AS MATERIALIZED (
    -- Locked one by one in the order given, which is that of their ids.
    SELECT promise.*, news.fulfilled_at,
        CASE WHEN was = 'withdrawn' THEN was WHEN news.fulfilled_at <= due_at THEN 'kept' ELSE 'broken' END AS state
    FROM unnest(%(ids)s::bigint[], %(instants)s::timestamptz[]) AS news (id, fulfilled_at) CROSS JOIN LATERAL (
        SELECT id, customer_id, kind, due_at, state AS was, fulfilled_at AS was_fulfilled_at
        FROM makegood_promise AS promise WHERE promise.id = news.id
        FOR UPDATE
    ) AS promise
), changed AS (
    UPDATE makegood_promise AS promise
    SET state = known.state, fulfilled_at = known.fulfilled_at, closed_at = coalesce(promise.closed_at, %(now)s)
    FROM known
    WHERE promise.id = known.id AND (known.state, known.fulfilled_at) IS DISTINCT FROM (was, was_fulfilled_at)
), said AS (
    SELECT CASE state WHEN 'kept' THEN 'PromiseKept' ELSE 'PromiseBroken' END AS kind, customer_id,
        'promise:' || id AS ordering_key, id AS place,
        jsonb_build_object('promise_id', id, 'customer_id', customer_id, 'kind', kind, 'due_at', due_at)
            || CASE state WHEN 'kept' THEN jsonb_build_object('kept_at', fulfilled_at) ELSE '{}' END AS content
    FROM known WHERE state <> was
)
