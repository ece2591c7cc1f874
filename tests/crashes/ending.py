"""How a story ended: everything that the business would notice, in words that are the same from run to run."""

import re
from collections import Counter
from typing import Any

import psycopg
from psycopg.rows import dict_row

_LINK = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"\d+")

# Numbers that PostgreSQL gave (and skips after a rollback or a crash) are left out or stand as `#`.
_QUESTIONS = {
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
    "refunds": "SELECT amount_minor, state, done_at FROM makegood_refund ORDER BY id",
    # `CaseChanged` tells pages to look again: how often depends on how many facts a reaction found waiting together.
    "facts": """
        SELECT kind, ordering_key, happened_at, CASE kind WHEN 'CaseChanged' THEN 1 ELSE count(*) END AS count
        FROM makegood_fact GROUP BY 1, 2, 3 ORDER BY 1, 3, 2""",
    "effects": "SELECT reaction, count(*) FROM makegood_reactionrun GROUP BY 1 ORDER BY 1",
    "parked": "SELECT reaction, error FROM makegood_deadletter",
    "jobs left": "SELECT task_name, status::text FROM procrastinate_jobs",
}

Ending = dict[str, list[dict[str, Any]]]


def ending_of(url: str) -> Ending:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return {
            about: [_without_chance(row) for row in connection.execute(question)]
            for about, question in _QUESTIONS.items()
        }


def _without_chance(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("key", "ordering_key", "written_by", "made_by", "granted_by"):
        if name in row:
            row[name] = _NUMBER.sub("#", row[name])
    if "body" in row:
        row["body"] = _LINK.sub("LINK", row["body"])
    return row


def differences(undisturbed: Ending, found: Ending) -> list[str]:
    """What is missing and what is too much, in a line each."""
    said = []
    for about in undisturbed:
        expected, got = (Counter(map(repr, each[about])) for each in (undisturbed, found))
        said += [f"missing from {about}: {row}" for row in (expected - got).elements()]
        said += [f"too much in {about}: {row}" for row in (got - expected).elements()]
    return said


def misdelivered(url: str, received: Counter[str]) -> tuple[list[str], list[str]]:
    """Letters not received exactly once, apart from those received twice under one Message-ID and shown as in doubt."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT message_id, news, was_in_doubt, hand_overs FROM makegood_message WHERE direction = 'out'"
        ).fetchall()
    known = {message_id for message_id, *_ in rows}
    wrong = [f"{message_id} was received and is no message of ours" for message_id in received.keys() - known]
    twice = []
    for message_id, news, was_in_doubt, hand_overs in rows:
        times = received[message_id]
        if times == 2 and was_in_doubt and hand_overs == 2:
            twice.append(news)
        elif times != 1:
            wrong.append(f"{news} was received {times} times (in doubt: {was_in_doubt}, hand-overs: {hand_overs})")
    return wrong, twice
