-- Parcels with what a verdict needs of them; whoever judges them holds them already.
SELECT parcel.id, parcel.customer_id, parcel.carrier, parcel.number, estimate.verdict, estimate.probability_percent,
    parcel.place_id, delivery.order_id, delivery.promise_id,
    promise.awaits_news, parcel.is_anothers_number, parcel.label_at::text, promise.due_at::text, estimate.known_at::text,
    parcel.said_not_received_at::text, estimate.answered_at::text, hearing.heard_since::text,
    hearing.heard_until::text
FROM makegood_parcel AS parcel
JOIN makegood_statusestimate AS estimate ON estimate.parcel_id = parcel.id
JOIN makegood_delivery AS delivery ON delivery.id = parcel.delivery_id
JOIN makegood_promise AS promise ON promise.id = delivery.promise_id
LEFT JOIN makegood_carrierhearing AS hearing ON hearing.carrier = parcel.carrier
WHERE parcel.id = ANY(%(parcels)s::bigint[])
ORDER BY parcel.id
