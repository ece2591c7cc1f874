-- Begins with `said (kind, customer_id, ordering_key, content, place)`: either the facts of `said_given.sql`, or whatever a
-- room's own statement found and changed. Facts in the order of `place`, and for each reaction to its kind one job that
-- carries the fact's id and whose share of the slots it takes; of reactions that were asked first, only for those that
-- said yes (`needed`). The lock keeps reactions to facts of one ordering_key in order; those of others don't wait.
, reacting AS (
    SELECT * FROM unnest(%(reacting_kinds)s::text[], %(reactions)s::text[], %(are_asked)s::boolean[],
        %(queues)s::text[], %(sharers)s::text[], %(sharer_fields)s::text[])
        WITH ORDINALITY AS reacting (kind, reaction, is_asked, queue, sharers, sharer_field, place)
), versions AS (
    SELECT * FROM unnest(%(said_kinds)s::text[], %(versions)s::integer[]) AS versions (kind, version)
), facts_written AS (
    INSERT INTO makegood_fact (kind, version, customer_id, ordering_key, happened_at, content)
    SELECT kind, version, customer_id, ordering_key, %(now)s, content::jsonb
    FROM said JOIN versions USING (kind) ORDER BY place
    RETURNING id, kind, ordering_key, content
), facts_counted AS (
    -- Numbers rise in the order of writing, so that the nth fact is the nth that was said.
    SELECT id, kind, ordering_key, content, row_number() OVER (ORDER BY id) AS nth FROM facts_written
), reactions_due AS (
    SELECT facts_written.id, facts_written.ordering_key, facts_written.content, reacting.*
    FROM facts_written JOIN reacting USING (kind)
    WHERE NOT is_asked
    UNION ALL
    SELECT facts_counted.id, facts_counted.ordering_key, facts_counted.content, reacting.*
    FROM unnest(%(needed_places)s::bigint[], %(needed_reactions)s::text[]) AS needed (nth, reaction)
    JOIN facts_counted USING (nth)
    JOIN reacting ON reacting.kind = facts_counted.kind AND reacting.reaction = needed.reaction
), jobs_deferred AS (
    SELECT procrastinate_defer_jobs_v1(array_agg(
        (queue, reaction, 0, ordering_key, NULL,
         jsonb_build_object('fact_id', id, 'sharer', concat(sharers, ':', content->>sharer_field)), NULL)
            ::procrastinate_job_to_defer_v1
        ORDER BY id, place)) AS ids
    FROM reactions_due HAVING count(*) > 0
)
SELECT count(*) AS facts, (SELECT count(ids) FROM jobs_deferred) AS jobs,
    pg_notify('makegood_facts', coalesce(string_agg(DISTINCT kind, ','), '')) AS told
FROM facts_written HAVING count(*) > 0
