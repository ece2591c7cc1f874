-- Begins with `said (kind, customer_id, ordering_key, content, place)`: either the facts of `said_given.sql`, or whatever a
-- room's own statement found and changed. Facts in the order of `place`, and for each reaction to its kind one job that
-- carries the fact's id; of reactions that were asked first, only for those that said yes (`needed`). The lock keeps
-- reactions to facts of one ordering_key in order; those of others don't wait.
, reacting AS (
    SELECT * FROM unnest(%(reacting_kinds)s::text[], %(reactions)s::text[], %(are_asked)s::boolean[])
        WITH ORDINALITY AS reacting (kind, reaction, is_asked, place)
), facts_written AS (
    INSERT INTO makegood_fact (kind, customer_id, ordering_key, happened_at, content)
    SELECT kind, customer_id, ordering_key, %(now)s, content::jsonb FROM said ORDER BY place
    RETURNING id, kind, ordering_key
), facts_counted AS (
    -- Numbers rise in the order of writing, so that the nth fact is the nth that was said.
    SELECT id, kind, ordering_key, row_number() OVER (ORDER BY id) AS nth FROM facts_written
), reactions_due AS (
    SELECT facts_written.id, facts_written.ordering_key, reacting.reaction, reacting.place
    FROM facts_written JOIN reacting USING (kind)
    WHERE NOT is_asked
    UNION ALL
    SELECT facts_counted.id, facts_counted.ordering_key, reaction, reacting.place
    FROM unnest(%(needed_places)s::bigint[], %(needed_reactions)s::text[]) AS needed (nth, reaction)
    JOIN facts_counted USING (nth)
    JOIN reacting USING (kind, reaction)
), jobs_deferred AS (
    SELECT procrastinate_defer_jobs_v1(array_agg(
        (%(queue)s, reaction, 0, ordering_key, NULL, jsonb_build_object('fact_id', id), NULL)
            ::procrastinate_job_to_defer_v1
        ORDER BY id, place)) AS ids
    FROM reactions_due HAVING count(*) > 0
)
SELECT count(*) AS facts, (SELECT count(ids) FROM jobs_deferred) AS jobs,
    pg_notify('makegood_facts', coalesce(string_agg(DISTINCT kind, ','), '')) AS told
FROM facts_written HAVING count(*) > 0
