-- What `tell_plainly` has found is believed; what changes is said by the statement of the journal that follows.
WITH believed AS (
    UPDATE makegood_statusestimate AS estimate
    SET verdict = plain.verdict, outcome = CASE WHEN is_delivered THEN 'delivered' ELSE 'arriving' END,
        probability_percent = percent, claim_opens_date = NULL, claim_closes_date = NULL, verdict_at = %(now)s,
        look_at = plain.look_at,
        -- Written as text and read at once, which costs less than an object for each part. `kind` is a word of ours.
        evidence = (
            '[{"kind": "last_scan", "at": "' || to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            || '", "scan": "' || kind || '"'
            || CASE WHEN place = '' THEN '' ELSE ', "place": ' || to_json(place) END
            || CASE WHEN code = '' THEN '' ELSE ', "code": ' || to_json(code) END
            || CASE WHEN words = '' THEN '' ELSE ', "carrier_words": ' || to_json(words) END
            || CASE WHEN is_late AND NOT is_delivered THEN '}, {"kind": "date_passed", "at": "'
                || to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"' ELSE '' END
            || '}]'
        )::jsonb
    FROM makegood_plain AS plain WHERE estimate.parcel_id = plain.parcel_id
), said AS (
    SELECT 'VerdictChanged' AS kind, customer_id, 'parcel:' || parcel_id AS ordering_key, parcel_id AS place,
        jsonb_build_object(
            'parcel_id', parcel_id, 'customer_id', customer_id, 'order_id', order_id, 'was', was, 'verdict', verdict,
            'probability_percent', percent, 'in_danger', false, 'promised_passed', is_late
        ) AS content
    FROM makegood_plain WHERE (was, was_percent) <> (verdict, percent)
)
