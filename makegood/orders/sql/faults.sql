-- What never may be so between orders, what pays for them, and the books.
SELECT format('receipt %%s: %%s of it pay for orders, and %%s are said to', receipt.id, coalesce(sum(allocation.amount_minor), 0), receipt.allocated_minor)
FROM makegood_receipt AS receipt
LEFT JOIN makegood_allocation AS allocation
    ON allocation.customer_id = receipt.customer_id AND allocation.receipt_id = receipt.id
GROUP BY receipt.id, receipt.allocated_minor
HAVING coalesce(sum(allocation.amount_minor), 0) <> receipt.allocated_minor
UNION ALL
SELECT format('receipt %%s: %%s of it went back or are on their way, and %%s are said to', receipt.id, coalesce(sum(refund.amount_minor), 0), receipt.back_minor)
FROM makegood_receipt AS receipt
LEFT JOIN makegood_refund AS refund
    ON refund.customer_id = receipt.customer_id AND refund.receipt_id = receipt.id AND refund.state <> 'failed'
GROUP BY receipt.id, receipt.back_minor
HAVING coalesce(sum(refund.amount_minor), 0) <> receipt.back_minor
UNION ALL
SELECT format('order %%s: %%s pay for it, more than the %%s that it costs', "order".reference, sum(allocation.amount_minor), "order".charged_minor)
FROM makegood_order AS "order"
JOIN makegood_allocation AS allocation
    ON allocation.customer_id = "order".customer_id AND allocation.order_id = "order".id
GROUP BY "order".id, "order".reference, "order".charged_minor
HAVING sum(allocation.amount_minor) > "order".charged_minor
UNION ALL
SELECT format('receipt %%s: the books hold %%s of it, and %%s are left', receipt.id, held.minor, left_over.minor)
FROM makegood_receipt AS receipt
CROSS JOIN LATERAL (
    SELECT receipt.amount_minor - CASE WHEN receipt.returned_minor > 0 THEN receipt.amount_minor ELSE coalesce((
        SELECT sum(refund.amount_minor) FROM makegood_refund AS refund
        WHERE refund.customer_id = receipt.customer_id AND refund.receipt_id = receipt.id
            AND refund.state IN ('sent', 'settled')
    ), 0) END AS minor
) AS left_over
CROSS JOIN LATERAL (
    SELECT coalesce(sum(debits_minor - credits_minor), 0) AS minor FROM makegood_balance AS balance
    WHERE balance.customer_id = receipt.customer_id AND balance.kind = 'received' AND balance.item = receipt.id
        AND balance.currency = receipt.currency
) AS held
WHERE held.minor <> left_over.minor
UNION ALL
SELECT format('customer %%s: the account holds %%s in %%s, and receipts and orders come to %%s', customer_id, booked.minor, currency, told.minor)
FROM (
    SELECT customer_id, currency, sum(minor) AS minor FROM (
        SELECT customer_id, currency, amount_minor AS minor FROM makegood_receipt
        UNION ALL
        SELECT customer_id, currency, -amount_minor FROM makegood_refund WHERE state IN ('sent', 'settled')
        UNION ALL
        SELECT customer_id, currency, -returned_minor FROM makegood_receipt
        UNION ALL
        SELECT customer_id, currency, -disputed_minor FROM makegood_receipt
        UNION ALL
        SELECT customer_id, currency, -charged_minor FROM makegood_order
    ) AS each GROUP BY customer_id, currency
) AS told
LEFT JOIN (
    SELECT customer_id, currency, sum(minor) AS minor FROM (
        SELECT posting.customer_id, currency, CASE credit_kind WHEN 'running' THEN amount_minor ELSE -amount_minor END AS minor
        FROM makegood_posting AS posting
        JOIN makegood_transfer AS transfer
            ON transfer.customer_id = posting.customer_id AND transfer.id = posting.transfer_id
        WHERE transfer.stage IN ('booked', 'posted') AND 'running' IN (debit_kind, credit_kind)
    ) AS each GROUP BY customer_id, currency
) AS booked USING (customer_id, currency)
WHERE coalesce(booked.minor, 0) <> coalesce(told.minor, 0)
