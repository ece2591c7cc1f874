-- Jobs still `doing` under a worker that fell silent, or that is gone from the list, become `todo` again.
-- procrastinate_retry_job_v2 also gives up the lock that such a job holds; it raises for a job that has ended meanwhile,
-- so the jobs are locked first, and those that somebody else is ending are left to them.
WITH orphaned AS MATERIALIZED (
    SELECT job.id
    FROM procrastinate_jobs AS job
    LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(silent_seconds)s))
    FOR UPDATE OF job SKIP LOCKED
)
SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM orphaned
