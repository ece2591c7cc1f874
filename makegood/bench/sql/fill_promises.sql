INSERT INTO makegood_promise (customer_id, kind, made_at, made_by, due_at, original_due_at, state)
SELECT 1 + place %% %(customers)s, 'deliver', %(now)s::timestamptz - interval '5 days', 'shop', due_at, due_at, 'open'
FROM (
    SELECT place, %(now)s::timestamptz + make_interval(mins => 1 + (place::bigint * 7919 %% 100000)::int) AS due_at
    FROM generate_series(%(first)s, %(last)s) AS place
) AS planned
