-- What waited for this job's sharer to have a free slot, or for its lock, may begin: a release by itself tells nobody.
SELECT pg_notify('procrastinate_queue_v1#' || queue_name, json_build_object('type', 'job_inserted', 'job_id', id)::text)
FROM procrastinate_jobs WHERE status = 'todo' AND args->>'sharer' = %(sharer)s ORDER BY id LIMIT 1
