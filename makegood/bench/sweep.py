"""The sweep beside bare SQL: 1,000,000 open promises, 10,000 of them due, marked broken with their facts and jobs."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection, transaction

from makegood.bench.figures import Report, Threshold, alternating, seconds
from makegood.customers.models import Customer
from makegood.journal.models import FactRow
from makegood.journal.registry import REACTIONS
from makegood.kit import sql
from makegood.promises.actions import break_overdue
from makegood.promises.facts import PromiseBroken
from makegood.promises.models import Promise

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DUE = 10_000
CUSTOMERS = 50_000
LIMITS = {"ratio": Threshold(at_most=1.5), "growth": Threshold(at_most=1.2)}

Progress = Callable[[str], None]


def measure(*, small: int = 100_000, large: int = 1_000_000, runs: int = 7, say: Progress = lambda _: None) -> Report:
    """Measure on an empty, migrated database that nobody else uses. Times are in seconds.

    `ratio` is our time over bare SQL's at the large size; `growth` is our growth from small to large over bare SQL's
    own: bare SQL grows too when due rows are scattered over a larger table.
    """
    REACTIONS.register(PromiseBroken, look_on)
    _customers()
    found: dict[int, tuple[float, float]] = {}
    filled = 0
    for size in (small, large):
        say(f"{size:,} open promises")
        _fill(filled, size)
        filled = size
        found[size] = _both(size, runs=runs, say=say)
    (ours_small, bare_small), (ours_large, bare_large) = found[small], found[large]
    figures = {
        "ratio": ours_large / bare_large,
        "growth": (ours_large / ours_small) / (bare_large / bare_small),
        "ratio_small": ours_small / bare_small,
        "ours_s": ours_large,
        "bare_s": bare_large,
        "ours_small_s": ours_small,
        "bare_small_s": bare_small,
        "due": DUE,
        "open": large,
        "reactions": len(REACTIONS.by_kind[PromiseBroken.__name__]),
    }
    return Report(bench="sweep", figures=figures, limits=LIMITS)


def look_on(_: PromiseBroken) -> None:
    """The bench's own reaction, beside those there are: the limits hold however many follow."""


def _customers() -> None:
    Customer.objects.bulk_create(
        [Customer(reference=f"bench-{place}", name="Bench") for place in range(CUSTOMERS)], batch_size=5000
    )


def _fill(already: int, size: int) -> None:
    first = Customer.objects.order_by("id").values_list("id", flat=True)[0]
    if first != 1:
        raise RuntimeError("the bench wants a database of its own, fresh from migration")
    sql.run(sql.load(HERE, "fill_promises"), customers=CUSTOMERS, now=NOW, first=already, last=size - 1)
    _tidy()


def _both(size: int, *, runs: int, say: Progress) -> tuple[float, float]:
    reactions = REACTIONS.by_kind[PromiseBroken.__name__]
    turn = 0

    def due() -> None:
        nonlocal turn
        turn += 1
        sql.run(sql.load(HERE, "make_due"), now=NOW, step=size // DUE, offset=turn, open=size, due=DUE)

    def ours() -> float:
        due()
        return seconds(lambda: _expect(break_overdue(now=NOW, limit=DUE), DUE))

    def bare() -> float:
        due()
        return seconds(lambda: _expect(_bare(reactions), DUE * len(reactions)))

    def after(name: str) -> None:
        _check_and_put_back(jobs=DUE * len(reactions))
        say(f"  {name}, run {turn}")

    return alternating(ours=ours, bare=bare, runs=runs, after_each=after)


def _bare(reactions: list[str]) -> int:
    with transaction.atomic():
        return sql.run(sql.load(HERE, "bare_sweep"), now=NOW, limit=DUE, reactions=reactions)


def _expect(written: int, wanted: int) -> None:
    if written != wanted:
        raise RuntimeError(f"{written} rows were written, not {wanted}")


def _check_and_put_back(*, jobs: int) -> None:
    """Both write the same number of the same rows; then everything is as it was before."""
    ((written,),) = sql.tuples("SELECT count(*) FROM procrastinate_jobs")
    if (FactRow.objects.count(), written, Promise.objects.filter(state="broken").count()) != (DUE, jobs, DUE):
        raise RuntimeError("the sweep and the bare statement do not write the same rows")
    sql.run(sql.load(HERE, "put_back"))
    _tidy()


def _tidy() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE makegood_fact, makegood_reactionrun, makegood_deadletter, procrastinate_jobs,"
            " procrastinate_events CASCADE"
        )
        cursor.execute("VACUUM (ANALYZE) makegood_promise")
        cursor.execute("CHECKPOINT")
