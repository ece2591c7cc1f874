"""What Stripe's account holds: objects as its API shows them, its balance, and the events that all of it made."""

import copy
import threading
from typing import Any

from tests.stripe_server.refusals import invalid, missing

Object = dict[str, Any]
BEGINS = 1_790_000_000
DAY = 86_400
NO_DECIMALS = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
STEPS = {"bhd": 10, "jod": 10, "kwd": 10, "omr": 10, "tnd": 10, "isk": 100, "ugx": 100}


class Books:
    """One account. `now` moves by a second with each object that is made, and as the test says.

    `rates`: as what a currency settles, where not as itself: `{"jpy": ("usd", 2, 3)}` is two cents for three yen.
    """

    def __init__(self) -> None:
        self.now = BEGINS
        self.lock = threading.RLock()
        self.objects: dict[str, dict[str, Object]] = {}
        self.events: list[Object] = []
        self.rates: dict[str, tuple[str, int, int]] = {}
        self._made = 0

    def make(self, prefix: str, kind: str, **fields: Any) -> Object:
        self.now += 1
        self._made += 1
        made = {"id": f"{prefix}_{self._made:08}", "object": kind, "created": self.now, **fields}
        self.objects.setdefault(kind, {})[made["id"]] = made
        return made

    def kept(self) -> Object:
        """All that it holds, to be brought back."""
        with self.lock:
            return copy.deepcopy({name: value for name, value in vars(self).items() if name != "lock"})

    def bring_back(self, kept: Object) -> None:
        with self.lock:
            vars(self).update(copy.deepcopy(kept))

    def get(self, kind: str, reference: str) -> Object:
        found = self.objects.get(kind, {}).get(reference)
        if found is None:
            raise missing(kind, reference)
        return found

    def all(self, kind: str) -> list[Object]:
        """The newest first."""
        return [*self.objects.get(kind, {}).values()][::-1]

    def tell(self, kind: str, what: Object) -> Object:
        """Make an event of what an object is now."""
        event = self.make("evt", "event", type=kind, api_version="2026-10-28.endive", livemode=False)
        event |= {"data": {"object": copy.deepcopy(what)}, "pending_webhooks": 1, "request": {"id": None}}
        self.events.append(event)
        return event

    def enter(self, source: Object, amount: int, category: str, *, fee: int = 0, kind: str = "") -> Object:
        """Book `amount` of the source's currency in the balance, in the currency in which that settles."""
        currency, up, down = self.rates.get(source["currency"], (source["currency"], 1, 1))
        settled = amount * up // down
        return self.make(
            "txn",
            "balance_transaction",
            amount=settled,
            fee=fee,
            net=settled - fee,
            currency=currency,
            exchange_rate=None if (up, down) == (1, 1) else up / down,
            reporting_category=category,
            type=kind or category,
            source=source["id"],
            status="available",
            available_on=self.now + 2 * DAY,
        )


def whole_amount(said: Object, name: str, currency: str) -> int:
    """A sum that somebody sent, if Stripe moves such sums of that currency."""
    text = str(said.get(name, ""))
    if not text.isdecimal() or int(text) == 0:
        raise invalid("This value must be greater than or equal to 1.", name, "parameter_invalid_integer")
    if int(text) % STEPS.get(currency, 1):
        code = "invalid_charge_amount_no_decimal_compatible"
        raise invalid(f"Invalid amount. Amounts in {currency} must be divisible by {STEPS[currency]}.", name, code)
    return int(text)


def shown(amount: int, currency: str) -> str:
    """As Stripe's words have it: $38.40."""
    text = str(amount) if currency in NO_DECIMALS else f"{amount / 100:.2f}"
    return f"${text}" if currency == "usd" else f"{text} {currency}"
