-- Facts in the order given, and for each reaction to its kind one job that carries the fact's id.
-- The lock keeps the reactions of one name to facts of one matter in order; facts of other matters don't wait.
WITH said AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(customers)s::bigint[], %(matters)s::text[], %(contents)s::text[])
        WITH ORDINALITY AS said (kind, customer_id, matter, content, place)
), written AS (
    INSERT INTO makegood_fact (kind, customer_id, matter, happened_at, content)
    SELECT kind, customer_id, matter, %(now)s, content::jsonb FROM said ORDER BY place
    RETURNING id, kind, matter
), due AS (
    SELECT written.id, written.matter, reacting.reaction, reacting.place
    FROM written
    JOIN unnest(%(reacting_kinds)s::text[], %(reactions)s::text[])
        WITH ORDINALITY AS reacting (kind, reaction, place) USING (kind)
), jobs AS (
    SELECT procrastinate_defer_jobs_v1(array_agg(
        (%(queue)s, reaction, 0, reaction || '/' || matter, NULL, jsonb_build_object('fact_id', id), NULL)
            ::procrastinate_job_to_defer_v1
        ORDER BY id, place)) AS ids
    FROM due HAVING count(*) > 0
)
SELECT pg_notify('makegood_facts', string_agg(DISTINCT kind, ',')), (SELECT count(ids) FROM jobs) FROM written
