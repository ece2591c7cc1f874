"""What is asked of a database to know how a story ended."""

# Numbers that PostgreSQL gave (and skips after a rollback or a crash) are left out or stand as `#`.
QUESTIONS = {
    "cases": """
        SELECT case_type, state, opened_at, closed_at, subject, attention, due_at,
            reply_promise_id IS NOT NULL AS replied
        FROM makegood_case ORDER BY id""",
    "messages": """
        SELECT key, direction, via, news, subject, body, language, address, state, written_by, written_at, sent_at,
            error,
            (SELECT count(*) FROM makegood_message AS before
             WHERE before.message_id = message.in_reply_to AND message.in_reply_to <> '') AS answers
        FROM makegood_message AS message ORDER BY written_at, news, key""",
    "grants": """
        SELECT o.reference, kind, granted_at, granted_by, standpoint, cost_minor, arrives_date
        FROM makegood_grant g JOIN makegood_order o ON o.id = g.order_id ORDER BY 1, 2""",
    "grant units": """
        SELECT l.reference, u.quantity, u.treatment, u.refund_minor, d.by_date, o.reference AS order_reference
        FROM makegood_grantunits u JOIN makegood_deliveryunits d2 ON d2.id = u.lost_id
        JOIN makegood_delivery d ON d.id = d2.delivery_id JOIN makegood_order o ON o.id = d.order_id
        JOIN makegood_orderline l ON l.id = d2.line_id ORDER BY 6, 1""",
    "deliveries": """
        SELECT o.reference, d.is_replacement, d.by_date, p.state, p.due_at, p.original_due_at, p.at_risk_since,
            p.closed_at, p.fulfilled_at,
            (SELECT sum(u.quantity) FROM makegood_deliveryunits u WHERE u.delivery_id = d.id) AS units
        FROM makegood_delivery d JOIN makegood_order o ON o.id = d.order_id
        JOIN makegood_promise p ON p.id = d.promise_id ORDER BY 1, 2""",
    "steps": """
        SELECT o.reference, s.kind, s.state, s.amount_minor, s.currency
        FROM makegood_grantstep s JOIN makegood_grant g ON g.id = s.grant_id
        JOIN makegood_order o ON o.id = g.order_id ORDER BY 1, 2, 4""",
    "dispatches": """
        SELECT o.reference, d.state, d.requested_at, d.leaves_date, d.announced_at, s.reference AS service, p.number
        FROM makegood_dispatch d JOIN makegood_order o ON o.id = d.order_id
        JOIN makegood_service s ON s.id = d.service_id
        LEFT JOIN makegood_parcel p ON p.id = d.parcel_id ORDER BY 1""",
    "holds": """
        SELECT p.sku, h.quantity, h.state FROM makegood_stockreservation h JOIN makegood_stock s ON s.id = h.stock_id
        JOIN makegood_product p ON p.id = s.product_id ORDER BY 1, 2""",
    "stock": """
        SELECT p.sku, s.on_hand, s.held FROM makegood_stock s JOIN makegood_product p ON p.id = s.product_id
        ORDER BY 1""",
    "promises": """
        SELECT kind, made_at, made_by, due_at, state, closed_at, fulfilled_at FROM makegood_promise
        ORDER BY kind, made_at, due_at, state, fulfilled_at""",
    "parcels": """
        SELECT number, verdict, outcome, probability_percent, evidence, verdict_at, look_at
        FROM makegood_statusestimate b JOIN makegood_parcel p ON p.id = b.parcel_id ORDER BY number""",
    "scans": """
        SELECT p.number, s.code, s.kind, s.happened_at, s.received_at
        FROM makegood_scan s JOIN makegood_parcel p ON p.id = s.parcel_id ORDER BY 1, 4, 2""",
    "perks": "SELECT kind, granted_at, until_date FROM makegood_perk ORDER BY key",
    "orders": """
        SELECT o.reference, charged_minor, postage_minor, postage_off_minor, cancelled_at, paid,
            (SELECT i.reference FROM makegood_order i WHERE i.id = o.merged_into_id) AS merged_into
        FROM makegood_order o ORDER BY 1""",
    "order lines": """
        SELECT o.reference, l.reference AS line, quantity, unit_price_minor, discount_minor, tax_minor, taken_off_minor
        FROM makegood_orderline l JOIN makegood_order o ON o.id = l.order_id ORDER BY 1, 2""",
    "order changes": """
        SELECT o.reference, number, kind, made_at, made_by, made_through, request::text, before::text, after::text,
            delta_minor, settled_at, settled_by
        FROM makegood_orderchange c JOIN makegood_order o ON o.id = c.order_id ORDER BY 1, 2""",
    "tenders": """
        SELECT c.reference, kind, t.label, currency, opening_minor, expires_at, closed_at, reason, given_by
        FROM makegood_tender t JOIN makegood_customer c ON c.id = t.customer_id ORDER BY 1, 2""",
    "receipts": """
        SELECT c.reference AS customer, CASE WHEN r.reference LIKE 'order:%' THEN '' ELSE r.reference END AS reference,
            kind, label, currency, amount_minor, allocated_minor, back_minor, returned_minor, disputed_minor,
            received_at, gateway_reference, payer, note, original_currency, original_minor, rate
        FROM makegood_receipt r JOIN makegood_customer c ON c.id = r.customer_id ORDER BY 1, 2""",
    "unmatched receipts": """
        SELECT u.reference, matched_at, matched_by, r.reference AS receipt
        FROM makegood_unmatchedreceipt u LEFT JOIN makegood_receipt r ON r.id = u.receipt_id ORDER BY 1""",
    "allocations": """
        SELECT o.reference, r.kind, r.received_at, a.amount_minor
        FROM makegood_allocation a JOIN makegood_order o ON o.id = a.order_id
        JOIN makegood_receipt r ON r.id = a.receipt_id ORDER BY 1, 2, 3""",
    "transfers": """
        SELECT c.reference, t.kind, t.stage, t.key, t.booked_at,
            (SELECT p.kind FROM makegood_transfer p WHERE p.id = t.pending_id) AS pending,
            (SELECT p.kind FROM makegood_transfer p WHERE p.id = t.corrects_id) AS corrects
        FROM makegood_transfer t JOIN makegood_customer c ON c.id = t.customer_id ORDER BY 1, 5, 2, 4""",
    "postings": """
        SELECT c.reference, t.kind, t.booked_at, p.place, debit_kind, credit_kind, currency, amount_minor
        FROM makegood_posting p JOIN makegood_transfer t ON t.id = p.transfer_id
        JOIN makegood_customer c ON c.id = t.customer_id ORDER BY 1, 3, 2, 4""",
    "balances": """
        SELECT c.reference, kind, currency, debits_minor, credits_minor, pending_debits_minor, pending_credits_minor
        FROM makegood_balance b JOIN makegood_customer c ON c.id = b.customer_id ORDER BY 1, 2, 4""",
    "refunds": """
        SELECT c.reference, r.kind, route, tender_kind, tender, r.currency, amount_minor, reason, r.state,
            requested_at, requested_by, sent_at, done_at, done_by, note, failed_at, failure, gateway_reference,
            p.state AS promise, p.due_at
        FROM makegood_refund r JOIN makegood_customer c ON c.id = r.customer_id
        LEFT JOIN makegood_promise p ON p.id = r.promise_id ORDER BY requested_at, 1, 7""",
    "refunds of orders": """
        SELECT o.reference, f.amount_minor, f.requested_at, c.number AS change
        FROM makegood_orderrefund r JOIN makegood_order o ON o.id = r.order_id
        JOIN makegood_refund f ON f.id = r.refund_id LEFT JOIN makegood_orderchange c ON c.id = r.change_id
        ORDER BY 1, 3""",
    "disputes": """
        SELECT d.reference, currency, amount_minor, taken_minor, status, reason, opened_at, told_at, evidence_due_at,
            answer, answer_tries, answer_asked_at, answer_asked_by, answer_reason, answer_sent_at, answer_refusal,
            d.closed_at, p.state AS promise
        FROM makegood_dispute d LEFT JOIN makegood_promise p ON p.id = d.promise_id ORDER BY 1""",
    "evidence": "SELECT number, made_at, md5(pdf) AS pdf, texts::text FROM makegood_disputeevidence ORDER BY 1",
    "pushes": "SELECT inlet, key FROM makegood_pushtaken ORDER BY 1, 2",
    "answers kept": "SELECT key, status FROM makegood_givenanswer ORDER BY 1",
    # `CaseChanged` tells pages to look again: how often depends on how many facts a reaction found waiting together.
    "facts": """
        SELECT kind, CASE kind WHEN 'CaseChanged' THEN '' ELSE ordering_key END AS ordering_key, happened_at,
            CASE kind WHEN 'CaseChanged' THEN 1 ELSE count(*) END AS count
        FROM makegood_fact GROUP BY 1, 2, 3 ORDER BY 1, 3, 2""",
    "effects": "SELECT reaction, count(*) FROM makegood_reactionrun GROUP BY 1 ORDER BY 1",
    "parked": "SELECT reaction, error FROM makegood_deadletter",
    "jobs left": "SELECT task_name, status::text FROM procrastinate_jobs",
}
