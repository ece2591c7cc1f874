-- Parcels whose scans tell a plain journey: delivered once and nothing after it, or on the way, late or not, with the first
-- step of silence still to come. What `rules.verdicts.assess` makes of exactly these, said in SQL; every other parcel is
-- left to it. `workdays` holds what the rule's own calendars say of each place and day. Each parcel is looked up by itself
-- (LATERAL, OFFSET 0): while many rows are being written, the planner's idea of how many there are is as wrong as can be.
WITH workdays AS MATERIALIZED (
    SELECT * FROM unnest(
        %(places)s::bigint[], %(zones)s::text[], %(days)s::date[], %(counts)s::int[], %(later_days)s::date[], %(rests)s::boolean[]
    ) AS workday (place_id, zone, day, count, later_day, is_rest)
), calm AS MATERIALIZED (
    SELECT * FROM unnest(
        %(carriers)s::text[], %(kinds)s::text[], %(steps)s::int[], %(states)s::text[], %(percents)s::int[],
        %(late_states)s::text[], %(late_percents)s::int[]
    ) AS calm (carrier, kind, step, state, percent, late_state, late_percent)
), settled AS MATERIALIZED (
    SELECT * FROM unnest(%(final_kinds)s::text[], %(final_percents)s::int[]) AS settled (kind, percent)
), told AS (
    SELECT named.parcel_id, said.*
    FROM unnest(%(parcels)s::bigint[]) AS named (parcel_id) CROSS JOIN LATERAL (
        SELECT
            bool_and(
                kind = ANY(%(plain)s::text[]) AND code <> %(shop)s AND happened_at <= %(now)s
            ) AS is_plain,
            count(*) FILTER (WHERE kind = ANY(%(final_kinds)s::text[])) AS deliveries,
            min(happened_at) FILTER (WHERE kind = ANY(%(moves)s::text[])) AS first_at,
            max(happened_at) FILTER (WHERE kind = ANY(%(moves)s::text[])) AS since,
            max(happened_at) AS last_at
        FROM makegood_scan AS scan WHERE scan.parcel_id = named.parcel_id
    ) AS said
), decided AS MATERIALIZED (
    -- Where two share the last instant, the rule knows which decides.
    SELECT told.*, last.*, count(*) OVER (PARTITION BY told.parcel_id) AS lasts
    FROM told CROSS JOIN LATERAL (
        SELECT kind, code, place, words FROM makegood_scan AS scan
        WHERE scan.parcel_id = told.parcel_id AND scan.happened_at = told.since AND scan.kind = ANY(%(moves)s::text[])
        OFFSET 0
    ) AS last
    WHERE is_plain AND date_trunc('second', since) = since AND (deliveries = 0 AND last_at = since OR deliveries = 1)
), standing AS (
    SELECT decided.*, parcel.*, estimate.*, delivery.*, promise.*, promise.due_at <= %(now)s AS is_late,
        workday.later_day, workday.is_rest, origin.zone, settled.percent AS final_percent,
        calm.state, calm.percent, calm.late_state, calm.late_percent
    FROM decided
    CROSS JOIN LATERAL (
        SELECT customer_id, coalesce(place_id, 0) AS origin_id, carrier, delivery_id
        FROM makegood_parcel AS parcel
        WHERE parcel.id = decided.parcel_id AND said_not_received_at IS NULL
            AND decided.first_at >= label_at - %(labelled_late)s
        OFFSET 0
    ) AS parcel
    CROSS JOIN LATERAL (
        SELECT verdict AS was, probability_percent AS was_percent FROM makegood_statusestimate AS estimate
        WHERE estimate.parcel_id = decided.parcel_id AND verdict <> ALL(%(not_plain)s::text[])
        OFFSET 0
    ) AS estimate
    CROSS JOIN LATERAL (
        SELECT order_id, promise_id FROM makegood_delivery AS delivery WHERE delivery.id = parcel.delivery_id OFFSET 0
    ) AS delivery
    CROSS JOIN LATERAL (
        SELECT due_at FROM makegood_promise AS promise WHERE promise.id = delivery.promise_id OFFSET 0
    ) AS promise
    JOIN (SELECT DISTINCT place_id, zone FROM workdays) AS origin ON origin.place_id = parcel.origin_id
    LEFT JOIN settled ON settled.kind = decided.kind
    LEFT JOIN calm ON (calm.carrier, calm.kind) = (parcel.carrier, decided.kind)
    LEFT JOIN workdays AS workday ON (workday.place_id, workday.count, workday.day)
        = (origin.place_id, calm.step, (since AT TIME ZONE origin.zone)::date)
    WHERE lasts = 1
), stepped AS (
    SELECT *,
        (later_day + CASE WHEN is_rest THEN time '00:00' ELSE (since AT TIME ZONE zone)::time END) AT TIME ZONE zone AS step_at
    FROM standing
), plain AS (
    INSERT INTO makegood_plain
    SELECT parcel_id, customer_id, order_id, promise_id, due_at, is_late, was, was_percent, final_percent IS NOT NULL,
        CASE WHEN final_percent IS NOT NULL THEN 'delivered' WHEN is_late THEN late_state ELSE state END,
        coalesce(final_percent, CASE WHEN is_late THEN late_percent ELSE percent END),
        since, kind, code, place, words,
        CASE WHEN final_percent IS NULL THEN CASE WHEN is_late THEN step_at ELSE least(step_at, due_at) END END
    FROM stepped
    WHERE CASE deliveries WHEN 1 THEN final_percent IS NOT NULL
        ELSE step_at > %(now)s AND was <> 'delivered' AND date_trunc('second', due_at) = due_at END
    ORDER BY parcel_id
    RETURNING *
)
SELECT parcel_id, customer_id, promise_id, was, was_percent, verdict, percent, since::text FROM plain
