from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import ProgrammingError, connection, transaction

from makegood.kit.errors import AlreadyResolved, IdempotencyConflict
from makegood.money.accounts import RUNNING, Account, AccountKind, Leg, NoTransfer
from makegood.money.actions import Insufficient, NotPending, book, correct, post, void
from makegood.money.models import Balance, Posting, Transfer
from makegood.money.queries import balance, balances, faults_in_books, shop_balances, statement
from makegood.money.rules import Money
from makegood.money.transfers import TransferKind

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SALES = Account(AccountKind.SALES)
ORDER_CARD, GIFT = Account(AccountKind.RECEIVED, 7), Account(AccountKind.GIFT_CARD, 3)
KEYS = count(1)


def usd(amount_minor: int) -> Money:
    return Money(amount_minor=amount_minor, currency="USD")


def leg(debit: Account, credit: Account, amount: int | Money) -> Leg:
    return Leg(debit=debit, credit=credit, amount=usd(amount) if isinstance(amount, int) else amount)


def booked(kind: TransferKind, *legs: Leg, at: datetime = NOW, customer: int = 1, key: str = "", **more) -> Transfer:
    key = key or f"test:{next(KEYS)}"
    return Transfer.objects.get(pk=book(customer_id=customer, kind=kind, key=key, legs=legs, at=at, **more))


def received(amount: int, **more) -> Transfer:
    return booked(TransferKind.RECEIVED, leg(ORDER_CARD, RUNNING, amount), **more)


def charged(amount: int, **more) -> Transfer:
    return booked(TransferKind.CHARGED, leg(RUNNING, SALES, amount), **more)


def paid_back(amount: int, **more) -> Transfer:
    return booked(TransferKind.PAID_BACK, leg(RUNNING, ORDER_CARD, amount), **more)


@pytest.mark.django_db
class TestBooking:
    def test_the_running_account_of_a_money_order(self):
        charged(8450)
        received(10000, at=NOW + DAY)
        booked(TransferKind.CHARGE_REVERSED, leg(SALES, RUNNING, 3100), at=NOW + 2 * DAY)
        charged(7525, at=NOW + 3 * DAY)
        lines = [(line.amount, line.balance) for line in statement(customer_id=1, currency="USD")]
        assert lines == [
            (usd(-8450), usd(-8450)),
            (usd(10000), usd(1550)),
            (usd(3100), usd(4650)),
            (usd(-7525), usd(-2875)),
        ]
        assert balance(RUNNING, "USD", customer_id=1) == usd(-2875)
        assert balance(RUNNING, "USD", customer_id=1, at=NOW + 2 * DAY) == usd(4650)
        assert balance(SALES, "USD", customer_id=1, at=NOW - DAY) == usd(0)
        assert faults_in_books() == []

    def test_a_key_books_once_and_later_means_the_same(self):
        one = received(500, key="receipt:7")
        again = received(500, key="receipt:7", at=NOW + DAY)
        assert (again.pk, again.booked_at, Posting.objects.count()) == (one.pk, NOW, 1)
        assert balance(ORDER_CARD, "USD", customer_id=1) == usd(500)

    def test_a_key_with_other_content_is_refused(self):
        received(500, key="receipt:7")
        with pytest.raises(IdempotencyConflict, match="receipt:7"):
            received(501, key="receipt:7")
        assert received(501, key="receipt:7", customer=2).customer_id == 2

    def test_no_more_goes_back_than_came(self):
        received(500)
        paid_back(300)
        with pytest.raises(Insufficient, match=r"2\.01 USD"), transaction.atomic():
            paid_back(201)
        paid_back(200)
        assert Balance.objects.values_list("debits_minor", "credits_minor").get() == (500, 500)

    def test_nothing_goes_back_of_what_never_came_nor_in_another_currency(self):
        with pytest.raises(Insufficient), transaction.atomic():
            paid_back(1)
        received(500)
        with pytest.raises(Insufficient), transaction.atomic():
            booked(TransferKind.PAID_BACK, leg(RUNNING, ORDER_CARD, Money(amount_minor=1, currency="EUR")))
        assert faults_in_books() == []

    def test_one_customers_money_is_not_anothers(self):
        received(500)
        with pytest.raises(Insufficient), transaction.atomic():
            paid_back(1, customer=2)

    def test_a_transfer_of_several_legs_is_booked_whole_or_not_at_all(self):
        gift = Account(AccountKind.GIFT_CARD, 3)
        booked(TransferKind.OPENED, leg(Account(AccountKind.OPENING), gift, 2000))
        with pytest.raises(Insufficient), transaction.atomic():
            booked(TransferKind.RECEIVED, leg(ORDER_CARD, RUNNING, 100), leg(gift, ORDER_CARD, 2001))
        assert balance(gift, "USD", customer_id=1) == usd(2000)
        assert balance(ORDER_CARD, "USD", customer_id=1) == usd(0)
        booked(TransferKind.RECEIVED, leg(ORDER_CARD, RUNNING, 2000), leg(gift, SALES, 2000))
        assert {(held.account.kind, held.amount.amount_minor) for held in balances(customer_id=1)} == {
            ("running", 2000),
            ("received", 2000),
            ("gift_card", 0),
            ("sales", 2000),
            ("opening", -2000),
        }

    def test_without_legs_nothing_is_booked(self):
        with pytest.raises(NoTransfer):
            booked(TransferKind.CHARGED)

    @pytest.mark.parametrize("table", ["transfer", "posting"])
    @pytest.mark.parametrize("statement", ["UPDATE makegood_{} SET customer_id = 2", "DELETE FROM makegood_{}"])
    def test_what_was_booked_is_never_changed(self, table, statement):
        received(500)
        with (
            pytest.raises(ProgrammingError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table))

    def test_the_shops_own_balances_are_sums_and_come_to_nothing(self):
        received(500)
        received(700, customer=2)
        charged(900, customer=2)
        charged(1200, customer=3, at=NOW + DAY)
        found = {each.account.kind: each.amount for each in shop_balances(at=NOW)}
        assert found == {"running": usd(300), "received": usd(1200), "sales": usd(900)}
        assert {each.account.kind: each.amount for each in shop_balances()}["sales"] == usd(2100)


@pytest.mark.django_db
class TestPending:
    def test_what_is_pending_is_spoken_for_and_counts_when_it_is_posted(self):
        received(500)
        waiting = paid_back(400, is_pending=True)
        assert balance(ORDER_CARD, "USD", customer_id=1) == usd(500)
        with pytest.raises(Insufficient), transaction.atomic():
            paid_back(101)
        post(waiting, key="settled", at=NOW + DAY)
        assert balance(ORDER_CARD, "USD", customer_id=1) == usd(100)
        assert balance(ORDER_CARD, "USD", customer_id=1, at=NOW) == usd(500)
        assert faults_in_books() == []

    def test_what_is_posted_in_part_lets_the_rest_go(self):
        received(500)
        waiting = paid_back(400, is_pending=True)
        post(waiting, key="settled", at=NOW, legs=[leg(RUNNING, ORDER_CARD, 150)])
        paid_back(350)
        assert balance(ORDER_CARD, "USD", customer_id=1) == usd(0)
        assert faults_in_books() == []

    def test_what_is_voided_is_free_again(self):
        received(500)
        void(paid_back(500, is_pending=True), key="void", at=NOW)
        paid_back(500)
        assert faults_in_books() == []

    def test_what_is_to_come_is_not_spent_before(self):
        received(500, is_pending=True)
        with pytest.raises(Insufficient), transaction.atomic():
            paid_back(1)

    def test_it_is_settled_once_and_the_same_again_is_the_same(self):
        received(500)
        waiting = paid_back(500, is_pending=True)
        one = post(waiting, key="settled", at=NOW)
        assert post(waiting, key="settled", at=NOW + DAY) == one
        for again in (lambda: post(waiting, key="other", at=NOW), lambda: void(waiting, key="void", at=NOW)):
            with pytest.raises(AlreadyResolved), transaction.atomic():
                again()
        assert faults_in_books() == []

    @pytest.mark.parametrize("part", [[leg(RUNNING, ORDER_CARD, 401)], [leg(RUNNING, SALES, 1)], []])
    def test_no_more_is_posted_than_is_pending(self, part):
        received(500)
        waiting = paid_back(400, is_pending=True)
        with pytest.raises(NotPending):
            post(waiting, key="settled", at=NOW, legs=part)

    def test_what_counts_is_not_settled_and_what_is_pending_not_corrected(self):
        with pytest.raises(NotPending):
            void(received(500), key="void", at=NOW)
        with pytest.raises(NotPending):
            correct(received(500, is_pending=True), key="wrong", at=NOW)


@pytest.mark.django_db
class TestCorrecting:
    def test_a_correction_books_the_other_way_once(self):
        wrong = received(500)
        one = correct(wrong, key="wrong", at=NOW + DAY)
        assert correct(wrong, key="wrong", at=NOW + 2 * DAY) == one
        assert balance(RUNNING, "USD", customer_id=1) == usd(0)
        with pytest.raises(AlreadyResolved), transaction.atomic():
            correct(wrong, key="once more", at=NOW)

    def test_what_went_on_meanwhile_is_not_taken_back(self):
        wrong = received(500)
        paid_back(1)
        with pytest.raises(Insufficient), transaction.atomic():
            correct(wrong, key="wrong", at=NOW)


def test_however_many_ask_at_once_no_more_goes_back_than_came(committed):
    received(1000)
    booked(TransferKind.OPENED, leg(Account(AccountKind.OPENING), GIFT, 1000))

    def ask(place: int) -> bool:
        legs = [leg(RUNNING, ORDER_CARD, 60), leg(GIFT, RUNNING, 60)]
        try:
            booked(TransferKind.PAID_BACK, *(legs if place % 2 else reversed(legs)), key=f"refund:{place}")
        except Insufficient:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(60)))
    assert sum(answers) == 16
    assert balance(ORDER_CARD, "USD", customer_id=1) == balance(GIFT, "USD", customer_id=1) == usd(40)
    assert faults_in_books() == []


def test_a_first_booking_of_many_at_once_is_one_balance(committed):
    def ask(place: int) -> None:
        received(10, key=f"receipt:{place % 5}")
        connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(40)))
    assert balance(ORDER_CARD, "USD", customer_id=1) == usd(50)
    assert (Balance.objects.count(), faults_in_books()) == (1, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("UPDATE makegood_balance SET debits_minor = debits_minor + 1", "does not hold what its postings say"),
        ("DELETE FROM makegood_balance", "does not hold what its postings say"),
        (
            """INSERT INTO makegood_transfer (customer_id, kind, stage, key, digest, booked_at)
            VALUES (9, 'charged', 'booked', 'x', '', now())""",
            "has no legs",
        ),
    ],
)
def test_books_that_are_wrong_are_found(spoil, said):
    received(500)
    with connection.cursor() as cursor:
        cursor.execute(spoil)
    (fault,) = faults_in_books()
    assert said in fault
