"""Whatever is booked in whatever order, the books say what a plain dictionary says."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from makegood.kit.errors import AlreadyResolved
from makegood.money.accounts import ACCOUNTS, Account, AccountKind, Leg, Side
from makegood.money.actions import Insufficient, book, correct, post, void
from makegood.money.models import Transfer
from makegood.money.queries import balances, faults_in_books
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind

pytestmark = pytest.mark.slow
KINDS = (AccountKind.RUNNING, AccountKind.RECEIVED, AccountKind.GIFT_CARD, AccountKind.SALES)
accounts = st.builds(Account, st.sampled_from(KINDS), st.integers(0, 1))
pairs = st.tuples(accounts, accounts).filter(lambda pair: pair[0] != pair[1])
amounts = st.builds(Money, amount_minor=st.integers(1, 300), currency=st.sampled_from(["USD", "JPY"]))
legs = st.lists(
    st.builds(lambda pair, amount: Leg(debit=pair[0], credit=pair[1], amount=amount), pairs, amounts),
    min_size=1,
    max_size=3,
)
Sums = Counter[tuple[int, Account, str]]


class Books(RuleBasedStateMachine):
    """`held` is what accounts hold, debits above zero; `waiting` what is pending, and `done` what may be corrected."""

    def __init__(self) -> None:
        super().__init__()
        # Each run has books of its own.
        self.books = transaction.atomic()
        self.books.__enter__()
        self.held: Sums = Counter()
        self.waiting: dict[int, tuple[int, list[Leg]]] = {}
        self.done: dict[int, tuple[int, list[Leg]]] = {}
        self.turn = 0
        self.at = datetime(2026, 10, 5, tzinfo=UTC)
        self.past: list[tuple[datetime, Sums]] = []

    def _key(self) -> str:
        self.turn += 1
        self.past.append((self.at, Counter(self.held)))
        self.at += timedelta(hours=1)
        return f"turn:{self.turn}"

    def _fits(self, customer: int, new: list[Leg]) -> bool:
        """Whether all bounded accounts stay at nothing or above, with all that is pending to leave them gone."""
        lowest = Counter(self.held)
        waiting = [(customer, new), *self.waiting.values()]
        _move(lowest, customer, new)
        for owner, pending in waiting[1:]:
            for leg in pending:
                _leave(lowest, owner, leg)
        return all(_is_sound(account, total) for (_, account, _), total in lowest.items())

    def _fits_pending(self, customer: int, new: list[Leg]) -> bool:
        lowest = Counter(self.held)
        for owner, pending in [(customer, new), *self.waiting.values()]:
            for leg in pending:
                _leave(lowest, owner, leg)
        return all(_is_sound(account, total) for (_, account, _), total in lowest.items())

    @rule(customer=st.integers(1, 2), new=legs)
    def booking(self, customer: int, new: list[Leg]) -> None:
        fits, key = self._fits(customer, new), self._key()
        written = self._tried(
            lambda: book(customer_id=customer, kind=TransferKind.CHARGED, key=key, legs=new, at=self.at), fits=fits
        )
        if written:
            _move(self.held, customer, new)
            self.done[written] = customer, new

    @rule(customer=st.integers(1, 2), new=legs)
    def reserving(self, customer: int, new: list[Leg]) -> None:
        fits, key = self._fits_pending(customer, new), self._key()
        written = self._tried(
            lambda: book(
                customer_id=customer, kind=TransferKind.PAID_BACK, key=key, legs=new, at=self.at, is_pending=True
            ),
            fits=fits,
        )
        if written:
            self.waiting[written] = customer, new

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), is_posted=st.booleans())
    def settling(self, data, is_posted: bool) -> None:
        pk = data.draw(st.sampled_from(sorted(self.waiting)))
        customer, pending = self.waiting.pop(pk)
        transfer, key = Transfer.objects.get(pk=pk), self._key()
        if is_posted:
            counted = data.draw(st.sampled_from([pending, pending[:1]]))
            self.done[post(transfer, key=key, at=self.at, legs=counted)] = customer, counted
            _move(self.held, customer, counted)
        else:
            void(transfer, key=key, at=self.at)
        with pytest.raises(AlreadyResolved), transaction.atomic():
            void(transfer, key=f"{key}, again", at=self.at)

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def correcting(self, data) -> None:
        pk = data.draw(st.sampled_from(sorted(self.done)))
        customer, wrong = self.done[pk]
        turned = [leg.turned() for leg in wrong]
        fits, key = self._fits(customer, turned), self._key()
        if self._tried(lambda: correct(Transfer.objects.get(pk=pk), key=key, at=self.at), fits=fits):
            _move(self.held, customer, turned)
            del self.done[pk]

    def _tried(self, work, *, fits: bool) -> int | None:
        try:
            with transaction.atomic():
                written: int = work()
        except Insufficient:
            assert not fits
            return None
        assert fits
        return written

    @invariant()
    def the_books_say_the_same(self) -> None:
        assert _said(None) == +_signed(self.held)
        assert faults_in_books() == []

    def teardown(self) -> None:
        for at, held in self.past:
            assert _said(at) == +_signed(held)
        transaction.set_rollback(True)
        self.books.__exit__(None, None, None)


def _said(at: datetime | None) -> Sums:
    found: Sums = Counter()
    for customer in (1, 2):
        for each in balances(customer_id=customer, at=at):
            sign = 1 if each.account.rule.grows_by is Side.DEBIT else -1
            found[customer, each.account, each.amount.currency] = sign * each.amount.amount_minor
    return +_signed(found)


def _signed(sums: Sums) -> Sums:
    """As sums above zero alone, since a Counter's plus drops the others: a currency with a minus is what is below."""
    told: Sums = Counter()
    for (customer, account, currency), total in sums.items():
        told[customer, account, currency if total > 0 else f"-{currency}"] = abs(total)
    return told


def _move(sums: Sums, customer: int, several: list[Leg]) -> None:
    for leg in several:
        sums[customer, leg.debit, leg.amount.currency] += leg.amount.amount_minor
        sums[customer, leg.credit, leg.amount.currency] -= leg.amount.amount_minor


def _leave(sums: Sums, customer: int, leg: Leg) -> None:
    """Take what a pending leg would take out of the account that it leaves."""
    for account, side in ((leg.debit, Side.DEBIT), (leg.credit, Side.CREDIT)):
        if ACCOUNTS[account.kind].grows_by is not side:
            sign = 1 if side is Side.DEBIT else -1
            sums[customer, account, leg.amount.currency] += sign * leg.amount.amount_minor


def _is_sound(account: Account, total: int) -> bool:
    held = total if account.rule.grows_by is Side.DEBIT else -total
    return held >= 0 or not account.rule.is_bounded


@pytest.mark.django_db
def test_whatever_is_booked_in_whatever_order_the_books_are_right():
    settings_here = settings(max_examples=40, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(Books, settings=settings_here)
