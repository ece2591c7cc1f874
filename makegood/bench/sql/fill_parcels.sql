-- A shop's parcels, each of an order of its own, labelled in the last three weeks and promised for ten days later.
WITH planned AS (
    SELECT place, 1 + place %% %(customers)s AS customer_id,
        %(now)s::timestamptz - make_interval(mins => 60 + (place::bigint * 7919 %% 30000)::int) AS label_at
    FROM generate_series(1, %(parcels)s) AS place
), promises AS (
    INSERT INTO makegood_promise (id, customer_id, kind, made_at, made_by, due_at, original_due_at, state)
    OVERRIDING SYSTEM VALUE
    SELECT place, customer_id, 'deliver', label_at, 'shop', label_at + interval '10 days', label_at + interval '10 days',
        'open'
    FROM planned
), orders AS (
    INSERT INTO makegood_order
        (id, reference, customer_id, placed_at, currency, postage_minor, postage_tax_minor, postage_off_minor, charged_minor, paid,
            ship_to, parcel_addresses, digest, taken_digest)
    OVERRIDING SYSTEM VALUE
    SELECT place, 'O' || place, customer_id, label_at - interval '1 day', 'USD', 0, 0, 0, 0, '[]', '{}', '{}', '', '' FROM planned
), deliveries AS (
    INSERT INTO makegood_delivery
        (id, order_id, customer_id, promise_id, is_replacement, by_date, name, address_lines, postcode, country, zone)
    OVERRIDING SYSTEM VALUE
    SELECT place, place, customer_id, place, false, (label_at + interval '10 days')::date, '', '[]', '', 'US',
        'America/New_York'
    FROM planned
), parcels AS (
    INSERT INTO makegood_parcel (id, reference, customer_id, delivery_id, carrier, number, label_at)
    OVERRIDING SYSTEM VALUE
    SELECT place, 'P' || place, customer_id, place, 'usps', '94001' || lpad(place::text, 17, '0'), label_at FROM planned
)
INSERT INTO makegood_statusestimate
    (parcel_id, customer_id, carrier, label_at, verdict, outcome, probability_percent, evidence, verdict_at, look_at,
        known_at)
SELECT place, customer_id, 'usps', label_at, 'label_made', 'arriving', 96, '[{"kind": "label_made"}]', label_at,
    label_at + interval '2 days', label_at
FROM planned
