-- The same for the whole shop, by kind.
WITH counted AS (
    SELECT debit_kind, credit_kind, currency, sum(amount_minor) AS amount
    FROM makegood_posting AS posting
    JOIN makegood_transfer AS transfer ON transfer.customer_id = posting.customer_id AND transfer.id = posting.transfer_id
    WHERE transfer.stage IN ('booked', 'posted') AND (%(at)s::timestamptz IS NULL OR transfer.booked_at <= %(at)s)
    GROUP BY debit_kind, credit_kind, currency
)
SELECT kind, currency, sum(debits)::bigint, sum(credits)::bigint
FROM (
    SELECT debit_kind AS kind, currency, amount AS debits, 0 AS credits FROM counted
    UNION ALL
    SELECT credit_kind, currency, 0, amount FROM counted
) AS entry
GROUP BY kind, currency
ORDER BY kind, currency
