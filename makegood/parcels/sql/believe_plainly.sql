-- What `tell_plainly` has found is believed; what changes is said by the statement of the journal that follows.
WITH believed AS (
    UPDATE makegood_parcel AS parcel
    SET verdict = plain.verdict, outcome = CASE WHEN is_delivered THEN 'delivered' ELSE 'arriving' END,
        probability_percent = percent, claim_opens_date = NULL, claim_closes_date = NULL, verdict_at = %(now)s,
        look_at = plain.look_at,
        evidence = jsonb_build_array(
            jsonb_build_object(
                'kind', 'last_scan', 'at', to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'scan', kind
            )
            || CASE WHEN place = '' THEN '{}' ELSE jsonb_build_object('place', place) END
            || CASE WHEN code = '' THEN '{}' ELSE jsonb_build_object('code', code) END
            || CASE WHEN words = '' THEN '{}' ELSE jsonb_build_object('carrier_words', words) END
        ) || CASE WHEN is_late AND NOT is_delivered THEN jsonb_build_array(jsonb_build_object(
            'kind', 'date_passed', 'at', to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        )) ELSE '[]' END
    FROM makegood_plain AS plain WHERE parcel.id = plain.parcel_id
), said AS (
    SELECT 'VerdictChanged' AS kind, customer_id, 'parcel:' || parcel_id AS matter, parcel_id AS place,
        jsonb_build_object(
            'parcel_id', parcel_id, 'customer_id', customer_id, 'order_id', order_id, 'was', was, 'verdict', verdict,
            'probability_percent', percent, 'in_danger', false, 'promised_passed', is_late
        ) AS content
    FROM makegood_plain WHERE (was, was_percent) <> (verdict, percent)
)
