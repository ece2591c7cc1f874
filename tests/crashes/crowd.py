"""Many at the same orders: `python -m tests.crashes.crowd open`, then `… crowd THREADS SECONDS`.

Standard input names payments at the gateway, for orders to be paid by.
They cancel, merge, pay, pay back and draw, each what chance says, until the time is over; then it is said how often
each was done and refused. What goes wrong otherwise is printed, and the exit code is 1.
"""

import sys
import traceback
from collections import Counter
from collections.abc import Callable
from queue import Empty, SimpleQueue
from random import Random
from threading import Thread
from time import monotonic

import django

django.setup()

from django.db import connections  # noqa: E402

from makegood.changes.actions import change_order  # noqa: E402
from makegood.changes.rules.values import ChangeRequest, Units  # noqa: E402
from makegood.intake.actions import take_in_orders  # noqa: E402
from makegood.intake.receiving import take_in_receipts  # noqa: E402
from makegood.kit import clock  # noqa: E402
from makegood.kit.errors import Refusal  # noqa: E402
from makegood.kit.rows import BadRows  # noqa: E402
from makegood.orders.models import Order  # noqa: E402
from makegood.payments.drawing import draw  # noqa: E402
from makegood.payments.records import ReceiptRecord  # noqa: E402
from makegood.policies.rules.values import ChangeKind  # noqa: E402
from makegood.remedies.refunding import RefundPart, refund_order  # noqa: E402
from tests import worlds  # noqa: E402

CHARGED = 9_000
LINES = ("BIRDS", "TIDES")
BEGINS_WITH = 12
_payments: "SimpleQueue[str]" = SimpleQueue()


def open_shop() -> None:
    """Orders of one customer, paid by cards at the gateway."""
    worlds.open_shop()
    worlds.customer()
    for _ in range(BEGINS_WITH):
        orders(Random(0))  # noqa: S311 -- not a secret


def orders(_: Random) -> None:
    """One more, while there are payments at the gateway; it is called as its payment is."""
    payment = _payments.get_nowait()
    paid = {"tender": "card", "label": "Visa ending 4242", "amount_minor": CHARGED, "payment": payment}
    take_in_orders([worlds.order_record(payment, lines={"BIRDS": 3, "TIDES": 2}, paid=[paid])], now=clock.now())


def any_order(rng: Random) -> Order:
    return rng.choice(Order.objects.filter(merged_into=None, cancelled_at=None).order_by("id"))


def cancels(rng: Random) -> None:
    units = (Units(line=rng.choice(LINES), quantity=1),)
    request = ChangeRequest(kind=ChangeKind.CANCEL, units=units, stays_on_account=rng.random() < 0.3)
    change_order(reference=any_order(rng).reference, request=request, by=worlds.HELPER, now=clock.now())


def merges(rng: Random) -> None:
    request = ChangeRequest(kind=ChangeKind.MERGE, orders=(any_order(rng).reference,))
    change_order(reference=any_order(rng).reference, request=request, by=worlds.HELPER, now=clock.now())


def pays(rng: Random) -> None:
    record = {
        "id": f"MO-{rng.randrange(10**12)}",
        "order": any_order(rng).reference,
        "tender": "money_order",
        "currency": "USD",
        "amount_minor": rng.randint(1, 2_000),
        "received_at": clock.now(),
    }
    take_in_receipts([ReceiptRecord.model_validate(record)], now=clock.now())


def pays_back(rng: Random) -> None:
    part = RefundPart(line=rng.choice(LINES), amount_minor=rng.randint(1, 400))
    refund_order(order_id=any_order(rng).pk, parts=[part], reason="a scratch", by=worlds.HELPER, now=clock.now())


def draws(rng: Random) -> None:
    minor, key = rng.choice([None, rng.randint(1, 900)]), f"draw/{rng.random()}"
    draw(
        customer_id=any_order(rng).customer_id,
        currency="USD",
        amount_minor=minor,
        to=None,
        key=key,
        by="test",
        now=clock.now(),
    )


ACTS: tuple[Callable[[Random], None], ...] = (orders, cancels, cancels, merges, pays, pays_back, draws)


def crowd(threads: int, seconds: float) -> Counter[str]:
    """How often each was done, and how often refused; `failed` whatever must not be."""
    done: Counter[str] = Counter()
    end = monotonic() + seconds

    def one(seed: int) -> None:
        rng = Random(seed)  # noqa: S311 -- a draw, not a secret
        while monotonic() < end:
            act = rng.choice(ACTS)
            try:
                act(rng)
            except (Refusal, BadRows, Empty):
                done[f"{act.__name__} refused"] += 1
            except Exception:  # noqa: BLE001  whatever it is, it is told
                done["failed"] += 1
                traceback.print_exc()
            else:
                done[act.__name__] += 1
            finally:
                # There are fewer connections than threads.
                connections.close_all()

    people = [Thread(target=one, args=(seed,)) for seed in range(threads)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    return done


if __name__ == "__main__":
    for each in sys.stdin.read().split():
        _payments.put(each)
    if sys.argv[1] == "open":
        open_shop()
    else:
        told = crowd(int(sys.argv[1]), float(sys.argv[2]))
        sys.stdout.write(f"{dict(sorted(told.items()))}\n")
        sys.exit(1 if told["failed"] else 0)
