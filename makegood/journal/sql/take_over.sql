-- Jobs still `doing` under a worker that fell silent, or that is gone from the list, become `todo` again.
-- procrastinate_retry_job_v2 also gives up the lock that such a job holds.
SELECT procrastinate_retry_job_v2(job.id, now(), NULL, NULL, NULL)
FROM procrastinate_jobs AS job
LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
WHERE job.status = 'doing'
  AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(silent_seconds)s))
