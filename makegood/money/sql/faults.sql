-- What never may be so. Debits and credits are equal by construction: a posting is both.
WITH touched AS (
    SELECT posting.customer_id, debit_kind AS kind, debit_item AS item, currency, stage, transfer.id AS transfer_id,
        amount_minor AS debits, 0 AS credits
    FROM makegood_posting AS posting
    JOIN makegood_transfer AS transfer ON transfer.customer_id = posting.customer_id AND transfer.id = posting.transfer_id
    UNION ALL
    SELECT posting.customer_id, credit_kind, credit_item, currency, stage, transfer.id, 0, amount_minor
    FROM makegood_posting AS posting
    JOIN makegood_transfer AS transfer ON transfer.customer_id = posting.customer_id AND transfer.id = posting.transfer_id
), summed AS (
    SELECT customer_id, kind, item, currency,
        coalesce(sum(debits) FILTER (WHERE stage IN ('booked', 'posted')), 0) AS debits,
        coalesce(sum(credits) FILTER (WHERE stage IN ('booked', 'posted')), 0) AS credits,
        coalesce(sum(debits) FILTER (WHERE stage = 'pending' AND is_open), 0) AS pending_debits,
        coalesce(sum(credits) FILTER (WHERE stage = 'pending' AND is_open), 0) AS pending_credits
    FROM touched
    CROSS JOIN LATERAL (
        SELECT NOT EXISTS (
            SELECT FROM makegood_transfer AS settling
            WHERE settling.customer_id = touched.customer_id AND settling.pending_id = touched.transfer_id
        ) AS is_open
    ) AS settled
    GROUP BY customer_id, kind, item, currency
)
SELECT format('customer %%s: %%s %%s in %%s does not hold what its postings say', customer_id, kind, item, currency)
FROM summed FULL JOIN makegood_balance AS balance USING (customer_id, kind, item, currency)
WHERE (balance.id IS NOT NULL OR kind = ANY (%(bounded)s::text[])) AND (
    summed.debits, summed.credits, summed.pending_debits, summed.pending_credits
) IS DISTINCT FROM (
    balance.debits_minor, balance.credits_minor, balance.pending_debits_minor, balance.pending_credits_minor
)
UNION ALL
SELECT format('customer %%s: transfer %%s has no legs', customer_id, id)
FROM makegood_transfer AS transfer
WHERE stage <> 'voided' AND NOT EXISTS (
    SELECT FROM makegood_posting AS posting
    WHERE posting.customer_id = transfer.customer_id AND posting.transfer_id = transfer.id
)
UNION ALL
SELECT format('customer %%s: transfer %%s settles what was not pending', settling.customer_id, settling.id)
FROM makegood_transfer AS settling
JOIN makegood_transfer AS pending ON pending.customer_id = settling.customer_id AND pending.id = settling.pending_id
WHERE pending.stage <> 'pending'
UNION ALL
SELECT format('customer %%s: transfer %%s posts more than was pending', settling.customer_id, settling.id)
FROM makegood_transfer AS settling
JOIN makegood_posting AS posting ON posting.customer_id = settling.customer_id AND posting.transfer_id = settling.id
LEFT JOIN LATERAL (
    SELECT sum(amount_minor) AS amount FROM makegood_posting AS waiting
    WHERE waiting.customer_id = settling.customer_id AND waiting.transfer_id = settling.pending_id
        AND (waiting.debit_kind, waiting.debit_item, waiting.credit_kind, waiting.credit_item, waiting.currency)
            = (posting.debit_kind, posting.debit_item, posting.credit_kind, posting.credit_item, posting.currency)
) AS waiting ON true
WHERE settling.stage = 'posted'
GROUP BY settling.customer_id, settling.id, posting.debit_kind, posting.debit_item, posting.credit_kind, posting.credit_item,
    posting.currency, waiting.amount
HAVING sum(posting.amount_minor) > coalesce(waiting.amount, 0)
