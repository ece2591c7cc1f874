-- Parcels whose scans tell a plain journey, believed in one statement: delivered once and nothing after it, or on the way
-- with the first step of silence still to come. What `rules.verdicts.verdict` makes of exactly these, said in SQL; every
-- other parcel is left to it. `workdays` holds what the rule's own calendars say of each place and day.
WITH workdays AS MATERIALIZED (
    SELECT * FROM unnest(
        %(places)s::bigint[], %(zones)s::text[], %(days)s::date[], %(counts)s::int[], %(later_days)s::date[], %(rests)s::boolean[]
    ) AS workday (place_id, zone, day, count, later_day, is_rest)
), calm AS MATERIALIZED (
    SELECT * FROM unnest(
        %(carriers)s::text[], %(kinds)s::text[], %(states)s::text[], %(steps)s::int[], %(percents)s::int[]
    ) AS calm (carrier, kind, state, step, percent)
), settled AS MATERIALIZED (
    SELECT * FROM unnest(%(final_kinds)s::text[], %(final_percents)s::int[]) AS settled (kind, percent)
), told AS (
    SELECT parcel_id,
        bool_and(
            kind = ANY(%(plain)s::text[]) AND code <> %(shop)s AND happened_at <= %(now)s
            AND date_trunc('second', happened_at) = happened_at
        ) AS is_plain,
        count(*) FILTER (WHERE kind = ANY(%(final_kinds)s::text[])) AS deliveries,
        min(happened_at) FILTER (WHERE kind = ANY(%(moves)s::text[])) AS first_at,
        max(happened_at) FILTER (WHERE kind = ANY(%(moves)s::text[])) AS since,
        max(happened_at) AS last_at
    FROM makegood_scan WHERE parcel_id = ANY(%(parcels)s::bigint[])
    GROUP BY parcel_id
), decided AS (
    SELECT told.*, last.kind, last.code, last.place, last.words
    FROM told CROSS JOIN LATERAL (
        SELECT kind, code, place, words FROM makegood_scan AS scan
        WHERE scan.parcel_id = told.parcel_id AND scan.happened_at = told.since AND kind = ANY(%(moves)s::text[])
        ORDER BY array_position(%(ranks)s::text[], kind::text) DESC, code COLLATE "C" DESC, place COLLATE "C" DESC,
            words COLLATE "C" DESC
        LIMIT 1
    ) AS last
    WHERE is_plain AND (
        deliveries = 0 AND last_at = since OR deliveries = 1 AND kind = ANY(%(final_kinds)s::text[])
    )
), standing AS (
    SELECT parcel.id, parcel.customer_id, parcel.verdict AS was, parcel.probability_percent AS was_percent,
        delivery.order_id, delivery.promise_id, promise.due_at, decided.*,
        CASE WHEN deliveries = 1 THEN 'delivered' ELSE calm.state END AS believed,
        CASE WHEN deliveries = 1 THEN settled.percent ELSE calm.percent END AS percent,
        CASE WHEN deliveries = 0 THEN
            (workday.later_day + CASE WHEN workday.is_rest THEN time '00:00' ELSE (since AT TIME ZONE workday.zone)::time END)
                AT TIME ZONE workday.zone
        END AS step_at
    FROM decided
    JOIN makegood_parcel AS parcel ON parcel.id = decided.parcel_id
    JOIN makegood_delivery AS delivery ON delivery.id = parcel.delivery_id
    JOIN makegood_promise AS promise ON promise.id = delivery.promise_id
    JOIN (SELECT DISTINCT place_id, zone FROM workdays) AS origin ON origin.place_id = coalesce(parcel.place_id, 0)
    LEFT JOIN settled ON settled.kind = decided.kind
    LEFT JOIN calm ON (calm.carrier, calm.kind) = (parcel.carrier, decided.kind)
    LEFT JOIN workdays AS workday ON (workday.place_id, workday.count, workday.day)
        = (origin.place_id, calm.step, (since AT TIME ZONE origin.zone)::date)
    WHERE parcel.verdict <> ALL(%(not_plain)s::text[]) AND parcel.said_not_received_at IS NULL
        AND first_at >= parcel.label_at - %(labelled_late)s
), plain AS (
    SELECT * FROM standing
    WHERE deliveries = 1 OR step_at > %(now)s AND due_at > %(now)s AND was <> 'delivered'
), written AS (
    UPDATE makegood_parcel AS parcel
    SET verdict = believed, outcome = CASE WHEN deliveries = 1 THEN 'delivered' ELSE 'arriving' END,
        probability_percent = percent, claim_opens_date = NULL, claim_closes_date = NULL, verdict_at = %(now)s,
        look_at = CASE WHEN deliveries = 0 THEN least(step_at, due_at) END,
        evidence = jsonb_build_array(
            jsonb_build_object(
                'kind', 'last_scan', 'at', to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'scan', kind
            )
            || CASE WHEN place = '' THEN '{}' ELSE jsonb_build_object('place', place) END
            || CASE WHEN code = '' THEN '{}' ELSE jsonb_build_object('code', code) END
            || CASE WHEN words = '' THEN '{}' ELSE jsonb_build_object('carrier_words', words) END
        )
    FROM plain WHERE parcel.id = plain.id
)
SELECT id, customer_id, order_id, promise_id, was, was_percent, believed, percent, due_at <= %(now)s, since
FROM plain
ORDER BY id
