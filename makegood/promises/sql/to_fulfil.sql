SELECT id, customer_id, kind, due_at, state, fulfilled_at FROM makegood_promise
WHERE id = ANY(%(ids)s::bigint[])
ORDER BY id
FOR UPDATE
