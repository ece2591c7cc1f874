-- Begins with `said (kind, customer_id, matter, content, place)`: either the facts of `said_given.sql`, or whatever a
-- room's own statement found and changed. Facts in the order of `place`, and for each reaction to its kind one job that
-- carries the fact's id, but for reactions that have nothing to do with a fact (`idle`). The lock keeps reactions to facts of one matter in order; those of others don't wait.
, facts_written AS (
    INSERT INTO makegood_fact (kind, customer_id, matter, happened_at, content)
    SELECT kind, customer_id, matter, %(now)s, content::jsonb FROM said ORDER BY place
    RETURNING id, kind, matter
), facts_counted AS (
    -- Numbers rise in the order of writing, so that the nth fact is the nth that was said.
    SELECT id, kind, matter, row_number() OVER (ORDER BY id) AS nth FROM facts_written
), reactions_due AS (
    SELECT facts_counted.id, facts_counted.matter, reacting.reaction, reacting.place
    FROM facts_counted
    JOIN unnest(%(reacting_kinds)s::text[], %(reactions)s::text[])
        WITH ORDINALITY AS reacting (kind, reaction, place) USING (kind)
    WHERE NOT EXISTS (
        SELECT FROM unnest(%(idle_places)s::bigint[], %(idle_reactions)s::text[]) AS idle (nth, reaction)
        WHERE idle.nth = facts_counted.nth AND idle.reaction = reacting.reaction
    )
), jobs_deferred AS (
    SELECT procrastinate_defer_jobs_v1(array_agg(
        (%(queue)s, reaction, 0, matter, NULL, jsonb_build_object('fact_id', id), NULL)
            ::procrastinate_job_to_defer_v1
        ORDER BY id, place)) AS ids
    FROM reactions_due HAVING count(*) > 0
)
SELECT count(*) AS facts, (SELECT count(ids) FROM jobs_deferred) AS jobs,
    pg_notify('makegood_facts', coalesce(string_agg(DISTINCT kind, ','), '')) AS told
FROM facts_written HAVING count(*) > 0
