-- Ten thousand promises scattered evenly over the table fall due.
UPDATE makegood_promise SET due_at = %(now)s::timestamptz - interval '1 minute'
WHERE id IN (SELECT 1 + (place * %(step)s + %(offset)s) %% %(open)s FROM generate_series(0, %(due)s - 1) AS place)
