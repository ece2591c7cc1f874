UPDATE makegood_promise AS promise
SET state = said.state, fulfilled_at = said.fulfilled_at, closed_at = coalesce(promise.closed_at, %(now)s)
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(instants)s::timestamptz[]) AS said (id, state, fulfilled_at)
WHERE promise.id = said.id
