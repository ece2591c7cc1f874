-- What is written is in migrations/sql/ledger.sql.
SELECT makegood_book(
    %(customer_id)s::bigint, %(kind)s::text, %(stage)s::text, %(key)s::text,
    %(digest)s::text, %(pending_id)s::bigint, %(corrects_id)s::bigint, %(booked_at)s::timestamptz,
    %(debit_kinds)s::text[], %(debit_items)s::bigint[], %(credit_kinds)s::text[],
    %(credit_items)s::bigint[], %(currencies)s::text[], %(amounts)s::bigint[],
    %(kinds)s::text[], %(items)s::bigint[], %(change_currencies)s::text[],
    %(debits)s::bigint[], %(credits)s::bigint[], %(pending_debits)s::bigint[], %(pending_credits)s::bigint[]
)
