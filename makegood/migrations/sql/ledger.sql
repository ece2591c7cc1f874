-- One transfer with its legs and what they do to bounded accounts: its id, or nothing where the key is known. A function, so
-- that its plan is kept for the session. Balances are held in one order before they change, so that two never wait for each
-- other; those that are new are begun by an insert, since a check looks at what would be inserted before it finds what is
-- there. Who may call it, and with what, is `makegood.money.actions`.
CREATE FUNCTION makegood_book(
    the_customer_id bigint, the_kind text, the_stage text, the_key text, the_digest text, the_pending_id bigint, the_corrects_id bigint, the_booked_at timestamptz,
    the_debit_kinds text[], the_debit_items bigint[], the_credit_kinds text[], the_credit_items bigint[], the_currencies text[], the_amounts bigint[],
    the_kinds text[], the_items bigint[], the_change_currencies text[], the_debits bigint[], the_credits bigint[], the_pending_debits bigint[], the_pending_credits bigint[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    booked bigint;
BEGIN
    WITH written AS (
        INSERT INTO makegood_transfer (customer_id, kind, stage, key, digest, pending_id, corrects_id, booked_at)
        VALUES (the_customer_id, the_kind, the_stage, the_key, the_digest, the_pending_id, the_corrects_id, the_booked_at)
        ON CONFLICT (customer_id, key) DO NOTHING
        RETURNING id
    ), posted AS (
        INSERT INTO makegood_posting (
            customer_id, transfer_id, place, debit_kind, debit_item, credit_kind, credit_item, currency, amount_minor
        )
        SELECT the_customer_id, written.id, leg.place, debit_kind, debit_item, credit_kind, credit_item, currency, amount_minor
        FROM written, unnest(
            the_debit_kinds, the_debit_items, the_credit_kinds, the_credit_items,
            the_currencies, the_amounts
        ) WITH ORDINALITY AS leg (debit_kind, debit_item, credit_kind, credit_item, currency, amount_minor, place)
    ), change AS (
        SELECT change.*
        FROM written, unnest(
            the_kinds, the_items, the_change_currencies, the_debits, the_credits,
            the_pending_debits, the_pending_credits
        ) AS change (kind, item, currency, debits, credits, pending_debits, pending_credits)
    ), held AS (
        SELECT balance.id, change.*
        FROM makegood_balance AS balance JOIN change USING (kind, item, currency)
        WHERE balance.customer_id = the_customer_id
        ORDER BY kind, item, currency
        FOR UPDATE OF balance
    ), changed AS (
        UPDATE makegood_balance AS balance SET
            debits_minor = debits_minor + held.debits,
            credits_minor = credits_minor + held.credits,
            pending_debits_minor = pending_debits_minor + held.pending_debits,
            pending_credits_minor = pending_credits_minor + held.pending_credits
        FROM held
        WHERE balance.customer_id = the_customer_id AND balance.id = held.id
        RETURNING held.kind, held.item, held.currency
    ), begun AS (
        INSERT INTO makegood_balance AS balance (
            customer_id, kind, item, currency, debits_minor, credits_minor, pending_debits_minor, pending_credits_minor
        )
        SELECT the_customer_id, kind, item, currency, debits, credits, pending_debits, pending_credits
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
    SELECT id INTO booked FROM written;
    RETURN booked;
END $$;
