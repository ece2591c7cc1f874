-- The sums of each account that one customer's counted postings touch.
WITH counted AS (
    SELECT posting.*
    FROM makegood_posting AS posting
    JOIN makegood_transfer AS transfer ON transfer.customer_id = posting.customer_id AND transfer.id = posting.transfer_id
    WHERE posting.customer_id = %(customer_id)s AND transfer.stage IN ('booked', 'posted')
        AND (%(at)s::timestamptz IS NULL OR transfer.booked_at <= %(at)s)
)
SELECT kind, item, currency, sum(debits)::bigint, sum(credits)::bigint
FROM (
    SELECT debit_kind AS kind, debit_item AS item, currency, amount_minor AS debits, 0 AS credits FROM counted
    UNION ALL
    SELECT credit_kind, credit_item, currency, 0, amount_minor FROM counted
) AS entry
GROUP BY kind, item, currency
ORDER BY kind, item, currency
