"""Booking: each transfer once, whole, and never what an account can't bear."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError

from makegood.kit import clock, sql
from makegood.kit.bulk import store_new
from makegood.kit.errors import AlreadyResolved, Conflict, IdempotencyConflict
from makegood.money.accounts import Change, Leg, NoTransfer, changes
from makegood.money.models import Balance, Posting, Transfer
from makegood.money.queries import legs_of
from makegood.money.transfers import Stage, TransferKind

HERE = Path(__file__).parent


class Insufficient(Conflict):
    """An account does not hold so much, or what it holds is on its way out already."""

    slug, title = "insufficient-balance", "There is not so much left"

    def __init__(self, legs: Sequence[Leg]) -> None:
        super().__init__("there is not so much left of " + " and ".join(str(leg.amount) for leg in legs))


class NotPending(Conflict):
    """Only what is pending can be posted or voided, and no more of it than there is."""

    slug, title = "not-pending", "The transfer is not pending"


def book(
    *,
    customer_id: int,
    kind: TransferKind,
    key: str,
    legs: Sequence[Leg],
    at: datetime,
    is_pending: bool = False,
    corrects_id: int | None = None,
) -> int:
    """Book a transfer, in one statement; its id. The same `key` with the same content is booked once.

    `at` is when it happened, which is no part of its content: who tries again later means the same.

    Raises:
        NoTransfer: there are no legs.
        IdempotencyConflict: the key stands for another transfer of this customer.
        Insufficient: a bounded account would fall below zero; the transaction around it can't go on.
        AlreadyResolved: what it corrects was corrected before; likewise.
    """
    if not legs:
        raise NoTransfer("a transfer has legs")
    stage = Stage.PENDING if is_pending else Stage.BOOKED
    effect = changes(pending=legs) if is_pending else changes(booked=legs)
    return _write(
        customer_id=customer_id, kind=kind, stage=stage, key=key, legs=legs, effect=effect, at=at, corrects=corrects_id
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransfer:
    """One of many transfers that are booked at once; its parts as for `book`."""

    customer_id: int
    kind: TransferKind
    key: str
    legs: Sequence[Leg]
    at: datetime


def book_new(new: Sequence[NewTransfer]) -> None:
    """Book many transfers in three statements, where nobody else can know their keys or bounded accounts yet.

    For what begins with rows that the caller's own transaction has just made. Whatever else: `book`.

    Raises:
        NoTransfer: one has no legs.
        Insufficient: a bounded account would begin below zero.
    """
    if any(not each.legs for each in new):
        raise NoTransfer("a transfer has legs")
    recorded_at = clock.system_now()
    transfers = [
        Transfer(
            customer_id=each.customer_id,
            kind=each.kind,
            stage=Stage.BOOKED,
            key=each.key,
            digest=_digest(each.kind, Stage.BOOKED, each.legs, None, None),
            booked_at=each.at,
            recorded_at=recorded_at,
        )
        for each in new
    ]
    store_new(transfers)
    store_new(
        [
            Posting(
                customer_id=each.customer_id,
                transfer_id=transfer.pk,
                place=place,
                debit_kind=leg.debit.kind,
                debit_item=leg.debit.item,
                credit_kind=leg.credit.kind,
                credit_item=leg.credit.item,
                currency=leg.amount.currency,
                amount_minor=leg.amount.amount_minor,
            )
            for each, transfer in zip(new, transfers, strict=True)
            for place, leg in enumerate(each.legs, start=1)
        ]
    )
    try:
        store_new(
            [
                Balance(
                    customer_id=each.customer_id,
                    kind=change.account.kind,
                    item=change.account.item,
                    currency=change.currency,
                    debits_minor=change.debits_minor,
                    credits_minor=change.credits_minor,
                    pending_debits_minor=0,
                    pending_credits_minor=0,
                )
                for each in new
                for change in changes(booked=each.legs)
            ]
        )
    except IntegrityError as error:
        _translate(error, [leg for each in new for leg in each.legs])
        raise


def post(pending: Transfer, *, key: str, at: datetime, legs: Sequence[Leg] | None = None) -> int:
    """Let a pending transfer count, whole or by the part of it that `legs` name; the rest is let go. The new one's id.

    Raises:
        NotPending: it is none, or `legs` are more than it.
        AlreadyResolved: it was posted or voided under another key.
        IdempotencyConflict: the key stands for something else.
    """
    waiting = _waiting(pending)
    counted = waiting if legs is None else list(legs)
    if not _is_within(counted, waiting):
        raise NotPending("more would be posted than is pending")
    return _settle(pending, stage=Stage.POSTED, key=key, legs=counted, waiting=waiting, at=at)


def void(pending: Transfer, *, key: str, at: datetime) -> int:
    """Let a pending transfer go for good; the new one's id.

    Raises:
        NotPending, AlreadyResolved, IdempotencyConflict: as for `post`.
    """
    return _settle(pending, stage=Stage.VOIDED, key=key, legs=[], waiting=_waiting(pending), at=at)


def correct(wrong: Transfer, *, key: str, at: datetime) -> int:
    """Take back what was booked by booking it the other way, once; the new transfer's id.

    Raises:
        NotPending: it does not count; void it instead.
        AlreadyResolved: it was corrected before.
        Insufficient: what it brought has gone on meanwhile.
    """
    if wrong.stage not in {Stage.BOOKED, Stage.POSTED}:
        raise NotPending("only what counts is corrected; what is pending is voided")
    legs = [leg.turned() for leg in legs_of(wrong)]
    return book(
        customer_id=wrong.customer_id,
        kind=TransferKind.CORRECTED,
        key=key,
        legs=legs,
        at=at,
        corrects_id=wrong.pk,
    )


def _waiting(pending: Transfer) -> list[Leg]:
    if pending.stage != Stage.PENDING:
        raise NotPending("only what is pending is posted or voided")
    return legs_of(pending)


def _is_within(part: Sequence[Leg], whole: Sequence[Leg]) -> bool:
    """Whether each leg takes from one of `whole` that has so much left."""
    left = {(leg.debit, leg.credit, leg.amount.currency): 0 for leg in whole}
    for leg in whole:
        left[leg.debit, leg.credit, leg.amount.currency] += leg.amount.amount_minor
    for leg in part:
        way = leg.debit, leg.credit, leg.amount.currency
        left[way] = left.get(way, 0) - leg.amount.amount_minor
    return bool(part) and min(left.values()) >= 0


def _settle(
    pending: Transfer, *, stage: Stage, key: str, legs: Sequence[Leg], waiting: Sequence[Leg], at: datetime
) -> int:
    return _write(
        customer_id=pending.customer_id,
        kind=TransferKind(pending.kind),
        stage=stage,
        key=key,
        legs=legs,
        effect=changes(booked=legs, settled=waiting),
        at=at,
        pending=pending.pk,
    )


def _write(
    *,
    customer_id: int,
    kind: TransferKind,
    stage: Stage,
    key: str,
    legs: Sequence[Leg],
    effect: Sequence[Change],
    at: datetime,
    pending: int | None = None,
    corrects: int | None = None,
) -> int:
    digest = _digest(kind, stage, legs, pending, corrects)
    try:
        written = sql.tuples(
            sql.load(HERE, "book"),
            customer_id=customer_id,
            kind=kind,
            stage=stage,
            key=key,
            digest=digest,
            pending_id=pending,
            corrects_id=corrects,
            booked_at=at,
            **_arrays(legs, effect),
        )
    except IntegrityError as error:
        _translate(error, legs)
        raise
    if written[0][0] is not None:
        return int(written[0][0])
    known = Transfer.objects.get(customer_id=customer_id, key=key)
    if known.digest != digest:
        raise IdempotencyConflict(f"{key} is another transfer")
    return known.pk


def _arrays(legs: Sequence[Leg], effect: Sequence[Change]) -> dict[str, str]:
    # As PostgreSQL reads them: kinds, currencies and numbers hold nothing to escape, and lists take a fifth of a call.
    columns: dict[str, list[object]] = {
        "debit_kinds": [leg.debit.kind for leg in legs],
        "debit_items": [leg.debit.item for leg in legs],
        "credit_kinds": [leg.credit.kind for leg in legs],
        "credit_items": [leg.credit.item for leg in legs],
        "currencies": [leg.amount.currency for leg in legs],
        "amounts": [leg.amount.amount_minor for leg in legs],
        "kinds": [change.account.kind for change in effect],
        "items": [change.account.item for change in effect],
        "change_currencies": [change.currency for change in effect],
        "debits": [change.debits_minor for change in effect],
        "credits": [change.credits_minor for change in effect],
        "pending_debits": [change.pending_debits_minor for change in effect],
        "pending_credits": [change.pending_credits_minor for change in effect],
    }
    return {name: f"{{{','.join(map(str, values))}}}" for name, values in columns.items()}


def _digest(kind: str, stage: str, legs: Sequence[Leg], pending: int | None, corrects: int | None) -> str:
    told = [
        [leg.debit.kind, leg.debit.item, leg.credit.kind, leg.credit.item, leg.amount.currency, leg.amount.amount_minor]
        for leg in legs
    ]
    return hashlib.sha256(json.dumps([kind, stage, told, pending, corrects]).encode()).hexdigest()


def _translate(error: IntegrityError, legs: Sequence[Leg]) -> None:
    """Say what a constraint refused in the words of the books.

    Raises:
        Insufficient, AlreadyResolved: it was one of ours.
    """
    said = str(error)
    if "balance_is_never_below_zero" in said:
        raise Insufficient(legs) from error
    if "transfer_is_settled_once" in said:
        raise AlreadyResolved("what was pending was posted or voided before") from error
    if "transfer_is_corrected_once" in said:
        raise AlreadyResolved("it was corrected before") from error
