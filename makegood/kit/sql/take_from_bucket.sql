-- One unit from a bucket, if it holds one (the generic cell rate algorithm: `full_at` is when it would be full again).
-- One statement and one row lock, so that any number of processes that ask at once are counted right, by one clock.
INSERT INTO makegood_bucket AS bucket (key, full_at, was_let)
VALUES (%(key)s, statement_timestamp() + %(step)s, true)
ON CONFLICT (key) DO UPDATE SET (full_at, was_let) = (
    SELECT
        CASE WHEN later.full_at <= statement_timestamp() + %(window)s THEN later.full_at ELSE bucket.full_at END,
        later.full_at <= statement_timestamp() + %(window)s
    FROM (SELECT greatest(bucket.full_at, statement_timestamp()) + %(step)s) AS later (full_at)
)
RETURNING was_let, extract(epoch FROM full_at - statement_timestamp())::float8 AS full_in;
