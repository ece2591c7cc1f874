-- As procrastinate_fetch_job_v2 takes a job (the oldest that is due, and no earlier one with its lock is unfinished), but
-- none of a sharer that has its share of this worker's slots already: one customer's many jobs, or one host that hangs,
-- leave the other slots to others.
WITH busy AS (
    SELECT args->>'sharer' AS sharer FROM procrastinate_jobs
    WHERE status = 'doing' AND worker_id = %(worker_id)s
    GROUP BY 1 HAVING count(*) >= %(share)s
), candidate AS (
    SELECT job.id FROM procrastinate_jobs AS job
    WHERE job.status = 'todo'
      AND job.queue_name = ANY(%(queues)s)
      AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
      AND coalesce(job.args->>'sharer', '') <> ALL (ARRAY(SELECT coalesce(sharer, ' ') FROM busy))
      AND (job.lock IS NULL OR NOT EXISTS (
          SELECT FROM procrastinate_jobs AS other
          WHERE other.lock = job.lock
            AND (other.status = 'doing'
                 OR other.status = 'todo' AND (other.priority > job.priority
                                               OR other.priority = job.priority AND other.id < job.id))
      ))
    ORDER BY job.priority DESC, job.id
    LIMIT 1
    FOR UPDATE OF job SKIP LOCKED
)
UPDATE procrastinate_jobs AS job SET status = 'doing', worker_id = %(worker_id)s
FROM candidate WHERE job.id = candidate.id
RETURNING job.*
