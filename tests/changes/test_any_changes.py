"""Whatever is ordered, paid, changed, paid back and taken back in whatever order: every cent is where it belongs."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from makegood.catalog.actions import put_postage_rates, put_products
from makegood.catalog.records import PostageRateRecord, ProductRecord
from makegood.changes.actions import change_order, settle_change
from makegood.changes.rules.values import Added, ChangeRequest, Units
from makegood.intake.actions import take_in_orders
from makegood.kit.errors import Refusal
from makegood.kit.rows import BadRows
from makegood.money.accounts import Account, AccountKind, Leg
from makegood.money.actions import book
from makegood.money.queries import faults_in_books
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind
from makegood.orders.charging import charge_of
from makegood.orders.models import Order, OrderChange
from makegood.orders.paying import OrderAccount
from makegood.orders.queries import faults_in_payments
from makegood.orders.records import OrderRecord
from makegood.payments.locks import lock_refund
from makegood.payments.models import Receipt, Refund, Tender
from makegood.payments.queries import balance_account
from makegood.payments.receiving import NewReceipt, receive, take_back
from makegood.payments.refunding import advance
from makegood.payments.rules.refunds import RefundState
from makegood.policies.rules.values import ChangeKind
from tests import worlds
from tests.worlds import MONDAY, order_record

pytestmark = pytest.mark.slow
SHIRTS = {"S": 2_000, "M": 2_350, "L": 1_501}
sums = st.integers(1, 9_000)
orders = st.integers(1, 3)
skus = st.sampled_from(list(SHIRTS))


class Shop(RuleBasedStateMachine):
    """One customer with up to three orders, a card, a gift card, and money orders."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        worlds.open_shop()
        ada = worlds.customer()
        put_products(
            [
                ProductRecord(sku=sku, title="Shirt", currency="USD", price_minor=price, family="shirt")
                for sku, price in SHIRTS.items()
            ]
        )
        put_postage_rates([PostageRateRecord(country="*", currency="USD", first_minor=333, each_more_minor=41)])
        self.gift = Tender.objects.create(customer=ada, reference="g1", kind="gift_card", currency="USD")
        Tender.objects.create(customer=ada, reference="v1", kind="card", label="Visa", currency="USD")
        opening = Leg(
            debit=Account(AccountKind.OPENING),
            credit=balance_account(self.gift),
            amount=Money(amount_minor=5_000, currency="USD"),
        )
        book(customer_id=ada.pk, kind=TransferKind.OPENED, key="g1", legs=[opening], at=MONDAY)
        self.ada = ada
        self.placed: set[str] = set()
        self.version = MONDAY
        self.heard = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def _tried(self, call) -> None:
        """A refusal changes nothing."""
        with suppress(Refusal, BadRows), transaction.atomic():
            call()

    @rule(
        number=orders,
        lines=st.dictionaries(skus, st.integers(1, 3), min_size=1),
        paid=st.none() | st.lists(st.tuples(st.sampled_from(["card", "gift_card", "money_order"]), sums), max_size=2),
        discount=st.integers(0, 700),
        tax=st.integers(0, 300),
    )
    def the_shop_tells_of_an_order(self, number, lines, paid, discount, tax) -> None:
        self.version += timedelta(seconds=1)
        record = order_record(str(number), lines={"BIRDS": 1}, version_at=self.version).model_dump(mode="json")
        record["lines"] = [
            {"id": sku, "sku": sku, "quantity": count, "unit_price_minor": SHIRTS[sku], "discount_minor": discount}
            | {"tax_minor": tax}
            for sku, count in lines.items()
        ]
        record["paid"] = None if paid is None else [{"tender": kind, "amount_minor": minor} for kind, minor in paid]
        self._tried(lambda: take_in_orders([OrderRecord.model_validate(record)], now=self.version))
        self.placed = set(Order.objects.values_list("reference", flat=True))

    @rule(minor=sums)
    def money_comes(self, minor) -> None:
        money = Money(amount_minor=minor, currency="USD")
        self.heard += 1
        new = NewReceipt(
            customer_id=self.ada.pk,
            kind="money_order",
            label="",
            money=money,
            received_at=MONDAY,
            reference=f"MO-{self.heard}",
        )
        receive([new], now=MONDAY)
        for order in Order.objects.filter(cancelled_at=None).order_by("id"):
            OrderAccount.held(order).pay(now=MONDAY)

    def _change(self, number, kind, **more) -> None:
        self.version += timedelta(seconds=1)
        request = ChangeRequest(kind=kind, **more)
        self._tried(
            lambda: (
                change_order(reference=str(number), request=request, by=worlds.HELPER, now=self.version)
                if str(number) in self.placed
                else None
            )
        )

    tenders = st.sampled_from(["", "g1", "v1"])

    @rule(number=orders, sku=skus, count=st.integers(1, 3), stays=st.booleans(), tender=tenders)
    def units_are_cancelled(self, number, sku, count, stays, tender) -> None:
        units = (Units(line=sku, quantity=count),)
        self._change(number, ChangeKind.CANCEL, units=units, stays_on_account=stays, tender=tender)

    @rule(number=orders, tender=tenders)
    def all_is_cancelled(self, number, tender) -> None:
        self._change(number, ChangeKind.CANCEL, tender=tender)

    @rule(number=orders, line=skus, sku=skus, count=st.integers(1, 3), tender=tenders)
    def another_size_is_taken(self, number, line, sku, count, tender) -> None:
        self._change(number, ChangeKind.CHANGE_ITEMS, units=(Units(line=line, quantity=count, sku=sku),), tender=tender)

    @rule(number=orders, sku=skus, count=st.integers(1, 2), tender=tenders)
    def something_is_added(self, number, sku, count, tender) -> None:
        self._change(number, ChangeKind.ADD_LINES, added=(Added(sku=sku, quantity=count),), tender=tender)

    @rule(number=orders, other=orders)
    def two_become_one(self, number, other) -> None:
        self._change(number, ChangeKind.MERGE, orders=(str(other),))

    @rule(number=orders, tender=tenders)
    def it_is_paid_otherwise(self, number, tender) -> None:
        self._change(number, ChangeKind.CHANGE_TENDER, tender=tender)

    @precondition(lambda self: Refund.objects.exists())
    @rule(data=st.data(), news=st.sampled_from([RefundState.SENT, RefundState.SETTLED, RefundState.FAILED]))
    def a_refund_goes_on(self, data, news) -> None:
        refund = lock_refund(
            data.draw(st.sampled_from(list(Refund.objects.order_by("id").values_list("id", flat=True))))
        )
        if not refund.holds_balance:
            advance(refund, news, by="test", now=MONDAY, failure="gone")

    @precondition(
        lambda self: Receipt.objects.filter(returned_minor=0, amount_minor__gt=0, kind="money_order").exists()
    )
    @rule(data=st.data())
    def the_bank_takes_it_back(self, data) -> None:
        rows = Receipt.objects.filter(returned_minor=0, amount_minor__gt=0, kind="money_order").order_by("id")
        pk = data.draw(st.sampled_from(list(rows.values_list("id", flat=True))))
        for order in Order.objects.filter(allocations__receipt=pk).order_by("id"):
            account = OrderAccount.held(order)
            receipt = next(each for each in account.receipts if each.pk == pk)
            account.release_from(pk, account.allocations[pk].amount_minor)
            assert receipt.free_minor >= 0
        take_back(Receipt.objects.get(pk=pk), note="", now=MONDAY)

    @precondition(lambda self: OrderChange.objects.filter(settled_at=None).exists())
    @rule()
    def goods_are_back(self) -> None:
        change = OrderChange.objects.filter(settled_at=None).order_by("id")[0]
        settle_change(reference=change.order.reference, number=change.number, by=worlds.HELPER, now=MONDAY)

    @invariant()
    def every_cent_is_where_it_belongs(self) -> None:
        assert [*faults_in_books(), *faults_in_payments()] == []

    @invariant()
    def an_order_costs_what_its_lines_come_to(self) -> None:
        for order in Order.objects.prefetch_related("lines"):
            off = order.postage_off_minor + sum(line.taken_off_minor for line in order.lines.all())
            whole = charge_of(order, order.lines.all()).total_minor - off
            if order.merged_into_id is not None:
                assert order.charged_minor == 0
            elif order.cancelled_at is None:
                assert order.charged_minor == whole

    @invariant()
    def its_changes_say_how_it_came_about(self) -> None:
        """Each change begins where the one before it ended, unless the shop told otherwise in between."""
        for order in Order.objects.all():
            for change in order.changes.filter(settled_at__isnull=False):
                before, after = (
                    each["postage_minor"]
                    + sum(
                        line["unit_price_minor"] * line["quantity"] - line["discount_minor"] + line["tax_minor"]
                        for line in each["lines"]
                    )
                    for each in (change.before, change.after)
                )
                assert change.delta_minor == after - before or change.request.get("into")


@pytest.mark.django_db
def test_whatever_happens_to_orders_every_cent_is_where_it_belongs():
    run_state_machine_as_test(Shop, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))
