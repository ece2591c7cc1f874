-- What each counted transfer did to one account, in the order in which things happened.
SELECT transfer.id, transfer.kind, transfer.key, transfer.booked_at,
    coalesce(sum(amount_minor) FILTER (WHERE debit_kind = %(kind)s AND debit_item = %(item)s), 0)::bigint,
    coalesce(sum(amount_minor) FILTER (WHERE credit_kind = %(kind)s AND credit_item = %(item)s), 0)::bigint
FROM makegood_transfer AS transfer
JOIN makegood_posting AS posting ON posting.customer_id = transfer.customer_id AND posting.transfer_id = transfer.id
WHERE transfer.customer_id = %(customer_id)s AND transfer.stage IN ('booked', 'posted') AND currency = %(currency)s
    AND (%(at)s::timestamptz IS NULL OR transfer.booked_at <= %(at)s)
    AND (debit_kind = %(kind)s AND debit_item = %(item)s OR credit_kind = %(kind)s AND credit_item = %(item)s)
GROUP BY transfer.id, transfer.kind, transfer.key, transfer.booked_at
ORDER BY transfer.booked_at, transfer.id
