"""The command. Long work shows its progress, `--json` speaks to machines, and exit codes mean something."""

import json
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from makegood.database import HomeUnusable, connected, home, running_url, scratch
from makegood.explaining import explain
from makegood.importing import import_files
from makegood.kit.postgres import PostgresUnusable
from makegood.kit.starting import without_collecting
from makegood.logging import quieten
from makegood.policy_command import policy
from makegood.supervising import CannotRun, die_with_parent, run

if TYPE_CHECKING:
    from makegood.bench.figures import Report

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "makegood.settings")

app = typer.Typer(
    pretty_exceptions_enable=False,
    help="Customer service that knows what was promised, and makes it good.",
    no_args_is_help=True,
)
app.command("import")(import_files)
app.add_typer(explain, name="explain")
app.add_typer(policy, name="policy")
export_app = typer.Typer(help="Give out what is kept, for other programs.", no_args_is_help=True)
app.add_typer(export_app, name="export")
say = Console(stderr=True, highlight=False)

BENCHES = ("sweep", "orders", "scans", "ledger")

Json = Annotated[bool, typer.Option("--json", help="Speak to a machine.")]


@app.command()
def up(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen.")] = 8000,
    demo: Annotated[bool, typer.Option(help="Fill an empty shop with the demo, and show the mailbox.")] = True,
    story: Annotated[str, typer.Option(help="Live through a story step by step instead, in a shop of its own.")] = "",
    seed: Annotated[int, typer.Option(help="Which variant of the story.")] = 1,
) -> None:
    """Serve everything: PostgreSQL (unless DATABASE_URL names one), web and worker."""
    if demo or story:
        os.environ.setdefault("MAKEGOOD_DEMO", "1")
    _refuse_taken_port(host, port)
    if story:
        _shop_for(story, seed)

    is_new = False

    def prepare() -> None:
        nonlocal is_new
        _django()
        from makegood.opening import open_shop

        is_new = open_shop(home=home(), demo=demo and not story)

    def say_welcome() -> None:
        from makegood.opening import welcome

        welcome(home=home(), demo=demo and not story, is_new=is_new)

    run(host=host, port=port, prepare=prepare, welcome=say_welcome)


def _shop_for(story: str, seed: int) -> None:
    """An empty shop of its own for a story; one that was begun before is begun anew.

    Raises:
        CannotRun: there is no such story, or its shop is up.
    """
    from makegood.stories.catalogue import UnknownStory
    from makegood.stories.catalogue import story as told

    try:
        shop = told(story, seed=seed).shop
    except UnknownStory as error:
        raise CannotRun(str(error)) from error
    if os.environ.get("DATABASE_URL"):
        raise CannotRun("a story wants a database of its own; unset DATABASE_URL")
    apart = home() / "stories" / f"{story}-{seed}"
    os.environ["MAKEGOOD_HOME"] = str(apart)
    if running_url():
        raise CannotRun(f"this story's shop is up already ({apart})")
    shutil.rmtree(apart, ignore_errors=True)
    apart.mkdir(parents=True)
    os.environ["MAKEGOOD_STORY"] = f"{story}:{seed}"
    for name, value in (
        ("NAME", shop.name),
        ("COUNTRY", shop.country),
        ("ZONE", shop.zone),
        ("CURRENCY", shop.currency),
    ):
        if value is not None:
            os.environ[f"MAKEGOOD_SHOP_{name}"] = value


def _refuse_taken_port(host: str, port: int) -> None:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            other = port + 1 if port < 65535 else port - 1
            raise CannotRun(
                f"{host}:{port} can't be listened on ({error.strerror}); choose another: "
                f"`make up PORT={other}`, or `{_our_name()} up --port {other}`"
            ) from error


def _our_name() -> str:
    """How this command is called here: by its path where it lies in a folder of its own."""
    return sys.argv[0] if os.sep in sys.argv[0] and not sys.argv[0].endswith(".py") else "makegood"


@app.command(hidden=True)
def web(host: str = "127.0.0.1", port: int = 8000) -> None:
    """The web part alone."""
    import uvicorn

    from makegood.serving import OPTIONS

    die_with_parent()
    quieten()
    # WhiteNoise hands files over piece by piece without waiting; they are few and small.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    uvicorn.run("makegood.asgi:application", host=host, port=port, **OPTIONS)


@app.command(hidden=True)
def worker() -> None:
    """The worker alone."""
    die_with_parent()
    _django()
    from makegood.working import JobsInDoubt, run_worker

    try:
        run_worker()
    except JobsInDoubt as doubt:
        raise CannotRun(str(doubt)) from doubt


@app.command()
def mail() -> None:
    """Receive mail, by SMTP and from a mailbox, as the settings say; `up` does so by itself."""
    die_with_parent()
    with connected():
        _django()
        from makegood.receiving import NothingToReceive, run_receivers

        try:
            run_receivers()
        except (NothingToReceive, OSError) as error:
            raise CannotRun(str(error)) from error


@app.command()
def migrate() -> None:
    """Bring the database up to date."""
    with connected():
        _django()
        from makegood.opening import bring_up_to_date

        bring_up_to_date()


@app.command()
def sweep(as_json: Json = False) -> None:
    """Do what is due now, once; the jobs that follow are left to the worker."""
    with connected():
        _up_to_date()
        from makegood import wiring

        handled = wiring.sweep_alone().handled
    typer.echo(json.dumps({"handled": handled}) if as_json else f"{handled} due")


@export_app.command("ledger")
def export_ledger(
    form: Annotated[str, typer.Option("--format", help="Which: beancount.")] = "beancount",
) -> None:
    """Print the books as plain text, for `bean-check` and others."""
    if form != "beancount":
        raise CannotRun(f"there is no format {form!r}; there is: beancount")
    with connected():
        _up_to_date()
        from django.conf import settings

        from makegood.kit.instants import zone_named
        from makegood.money.plain_books import beancount
        from makegood.orders.queries import names_in_books

        for line in beancount(zone=zone_named(settings.SHOP_ZONE), names=names_in_books):
            typer.echo(line)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Look for what never may be so: books that hold what was not booked, money paid twice. Exit code 1: there is, or
    the gateway could not be asked.

    Where a gateway is set up, what its books of the last month say otherwise is shown too; that is for people to judge.
    So is whose letters no font here has: statements and evidence have empty boxes there.
    """
    with connected():
        _up_to_date()
        from makegood.kit.typesetting import scripts_not_set
        from makegood.money.queries import faults_in_books, shop_balances
        from makegood.orders.queries import faults_in_payments
        from makegood.payments.reconciling import look

        faults = [*faults_in_books(), *faults_in_payments()]
        held, seen, unset = shop_balances(), look(), scripts_not_set()
    # In one line, whatever the gateway's own words are.
    away = f"the gateway could not be asked: {' '.join(seen.problem.split())}" if seen and seen.problem else ""
    differing = [*map(str, seen.differences), *([away] if away else [])] if seen else []
    if as_json:
        balances = [
            {"account": each.account.kind, "currency": each.amount.currency, "amount_minor": each.amount.amount_minor}
            for each in held
        ]
        found = {"faults": list(faults), "balances": balances, "differences": differing, "scripts_not_set": unset}
        typer.echo(json.dumps(found))
    else:
        for each in held:
            typer.echo(f"{each.account.kind.replace('_', ' '):>18}  {each.amount}")
        typer.echo("\n".join(faults) or "the books are right")
        typer.echo("\n".join(differing) or "the gateway’s books say the same" if seen else "no gateway to compare with")
        typer.echo(
            f"no font for PDFs in: {', '.join(unset)}" if unset else "PDFs can be set in all scripts we looked for"
        )
    raise typer.Exit(1 if faults or away else 0)


@app.command()
def stories(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all of ours where none is named.")] = None,
    file: Annotated[Path | None, typer.Option(help="Anyone's story (docs/stories.md).")] = None,
    seed: Annotated[str, typer.Option(help="7, or 1..20.")] = "1",
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option(help="Only what came of it.")] = False,
) -> None:
    """Play stories, each in a world of its own. Exit code 1: something was otherwise than the story says."""
    _play_mail()
    with connected():
        _django()
        from makegood.staging import play

        code = play(names=names or (), file=file, seeds=seed, as_json=as_json, quiet=quiet)
    raise typer.Exit(code)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help=f"Which: {', '.join(BENCHES)}.")],
    as_json: Json = False,
    runs: Annotated[int | None, typer.Option(help="Pairs of runs; the medians count.")] = None,
    size: Annotated[
        int,
        typer.Option(help="How many open promises, orders, scans, or branches of pgbench; 0: the published number."),
    ] = 0,
    seconds: Annotated[int, typer.Option(help="ledger: how long each run lasts.")] = 20,
    check: Annotated[
        bool, typer.Option("--check", help="scans: also shuffled, doubled and split over two processes.")
    ] = False,
) -> None:
    """Measure something beside the bare thing, in a database of its own. Exit code 1: a limit was not kept."""
    if name not in BENCHES:
        raise CannotRun(f"there is no bench {name!r}; there are: {', '.join(BENCHES)}")
    _play_mail()
    with scratch("makegood_bench"):
        _django()
        from makegood.opening import bring_up_to_date

        bring_up_to_date()
        report = _measured(
            name, size=size, runs=runs, seconds=seconds, check=check, tell=(lambda _: None) if as_json else say.print
        )
        _forget_connections()
    if as_json:
        typer.echo(json.dumps(report.as_plain()))
    else:
        for figure, value in report.as_plain()["figures"].items():
            typer.echo(f"{figure:>24}  {value:,.4g}")
        typer.echo("passed" if report.passed else "a limit was not kept")
    raise typer.Exit(0 if report.passed else 1)


def _measured(
    name: str, *, size: int, runs: int | None, seconds: int, check: bool, tell: Callable[[str], None]
) -> "Report":
    from makegood.bench import ledger, orders, scans, sweep

    if name == "ledger":
        return ledger.measure(scale=size or 100, seconds=seconds, runs=runs or 3, say=tell)
    if name == "orders":
        return orders.measure(size=size or 100_000, say=tell)
    large = size or 1_000_000
    if name == "scans":
        return scans.measure(size=large, runs=runs or 3, check=check, say=tell)
    return sweep.measure(small=large // 10, large=large, runs=runs or 7, say=tell)


def _forget_connections() -> None:
    """Let the scratch database go: Django's pool would hold it."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


def _play_mail() -> None:
    """Let letters of a shop that is only played count as received on this machine."""
    os.environ.setdefault("MAKEGOOD_MAIL_IS_PLAYED", "1")


def _django() -> None:
    import django

    from makegood.policies.reading import BadPolicy, PolicyUnreadable
    from makegood.trackers import BadAsking

    quieten()
    try:
        with without_collecting():
            django.setup()
    except (BadPolicy, PolicyUnreadable) as error:
        raise CannotRun(f"MAKEGOOD_POLICY: {error}") from error
    except BadAsking as error:
        raise CannotRun(str(error)) from error


def _up_to_date() -> None:
    """Django, on a database that has our tables."""
    _django()
    from makegood.opening import refuse_out_of_date

    refuse_out_of_date()


def main() -> None:
    """Run the command; what people can put right ends with one line and exit code 2."""
    try:
        app()
    except (HomeUnusable, PostgresUnusable, CannotRun) as error:
        say.print(f"✗ {error}", style="red", soft_wrap=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
