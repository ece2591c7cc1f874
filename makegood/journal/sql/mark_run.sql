-- Marks that a reaction has its effect on a fact, once; where it gathers, on all that wait for it of the same sharer and
-- come next in their ordering_key too, whose jobs are thereby done. Jobs that somebody has begun, or that failed before,
-- are left to themselves, and so are those of facts that are known to fail (`failing`).
WITH siblings AS MATERIALIZED (
    SELECT job.id, (job.args->>'fact_id')::bigint AS fact_id
    FROM procrastinate_jobs AS job
    WHERE %(gathers)s AND job.status = 'todo' AND job.args->>'sharer' = %(sharer)s AND job.task_name = %(reaction)s
      AND job.attempts = 0 AND (job.args->>'fact_id')::bigint <> ALL (%(failing)s::bigint[])
      AND NOT EXISTS (
          SELECT FROM procrastinate_jobs AS earlier
          WHERE earlier.lock = job.lock AND earlier.id < job.id AND earlier.status IN ('todo', 'doing')
      )
    ORDER BY job.id
    LIMIT 500
    FOR UPDATE OF job SKIP LOCKED
), done AS (
    DELETE FROM procrastinate_jobs AS job USING siblings WHERE job.id = siblings.id AND siblings.fact_id <> %(fact_id)s
)
INSERT INTO makegood_reactionrun (fact_id, customer_id, reaction)
SELECT %(fact_id)s, %(customer_id)s, %(reaction)s
UNION
SELECT fact_id, %(customer_id)s, %(reaction)s FROM siblings
ON CONFLICT DO NOTHING
RETURNING fact_id
