-- The next customers for whom anything was booked: each found by one step in the index, however much was booked for it.
WITH RECURSIVE customer AS (
    (SELECT customer_id, 1 AS place FROM makegood_transfer WHERE customer_id > %(after)s ORDER BY customer_id LIMIT 1)
    UNION ALL
    SELECT next.customer_id, place + 1
    FROM customer, LATERAL (
        SELECT transfer.customer_id FROM makegood_transfer AS transfer
        WHERE transfer.customer_id > customer.customer_id ORDER BY transfer.customer_id LIMIT 1
    ) AS next
    WHERE place < %(limit)s
)
SELECT customer_id FROM customer ORDER BY customer_id
