-- One transfer with its legs and what they do to bounded accounts, in one round trip. Nothing is written where the key is
-- known. Balances are held in one order before they change, so that two never wait for each other; those that are new are
-- begun by an insert, since a check looks at what would be inserted before it finds what is there.
WITH written AS (
    INSERT INTO makegood_transfer (customer_id, kind, stage, key, digest, pending_id, corrects_id, booked_at)
    VALUES (%(customer_id)s, %(kind)s, %(stage)s, %(key)s, %(digest)s, %(pending_id)s, %(corrects_id)s, %(booked_at)s)
    ON CONFLICT (customer_id, key) DO NOTHING
    RETURNING id
), posted AS (
    INSERT INTO makegood_posting (
        customer_id, transfer_id, place, debit_kind, debit_item, credit_kind, credit_item, currency, amount_minor
    )
    SELECT %(customer_id)s, written.id, leg.place, debit_kind, debit_item, credit_kind, credit_item, currency, amount_minor
    FROM written, unnest(
        %(debit_kinds)s::text[], %(debit_items)s::bigint[], %(credit_kinds)s::text[], %(credit_items)s::bigint[],
        %(currencies)s::text[], %(amounts)s::bigint[]
    ) WITH ORDINALITY AS leg (debit_kind, debit_item, credit_kind, credit_item, currency, amount_minor, place)
), change AS (
    SELECT change.*
    FROM written, unnest(
        %(kinds)s::text[], %(items)s::bigint[], %(change_currencies)s::text[], %(debits)s::bigint[], %(credits)s::bigint[],
        %(pending_debits)s::bigint[], %(pending_credits)s::bigint[]
    ) AS change (kind, item, currency, debits, credits, pending_debits, pending_credits)
), held AS (
    SELECT balance.id, change.*
    FROM makegood_balance AS balance JOIN change USING (kind, item, currency)
    WHERE balance.customer_id = %(customer_id)s
    ORDER BY kind, item, currency
    FOR UPDATE OF balance
), changed AS (
    UPDATE makegood_balance AS balance SET
        debits_minor = debits_minor + held.debits,
        credits_minor = credits_minor + held.credits,
        pending_debits_minor = pending_debits_minor + held.pending_debits,
        pending_credits_minor = pending_credits_minor + held.pending_credits
    FROM held
    WHERE balance.customer_id = %(customer_id)s AND balance.id = held.id
    RETURNING held.kind, held.item, held.currency
), begun AS (
    INSERT INTO makegood_balance AS balance (
        customer_id, kind, item, currency, debits_minor, credits_minor, pending_debits_minor, pending_credits_minor
    )
    SELECT %(customer_id)s, kind, item, currency, debits, credits, pending_debits, pending_credits
    FROM change
    WHERE NOT EXISTS (
        SELECT FROM changed
        WHERE changed.kind = change.kind AND changed.item = change.item AND changed.currency = change.currency
    )
    ORDER BY kind, item, currency
    ON CONFLICT (customer_id, kind, item, currency) DO UPDATE SET
        debits_minor = balance.debits_minor + EXCLUDED.debits_minor,
        credits_minor = balance.credits_minor + EXCLUDED.credits_minor,
        pending_debits_minor = balance.pending_debits_minor + EXCLUDED.pending_debits_minor,
        pending_credits_minor = balance.pending_credits_minor + EXCLUDED.pending_credits_minor
)
SELECT id FROM written
