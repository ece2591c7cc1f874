"""`makegood import`: the command, its progress and its words. Django is set up before anything of ours is read."""

import json
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import django
import typer
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from makegood.database import connected
from makegood.kit.instants import instant_of
from makegood.logging import quieten


class RowKind(StrEnum):
    """What a file can hold."""

    CUSTOMERS = "customers"
    PRODUCTS = "products"
    PLACES = "places"
    STOCK = "stock"
    SERVICES = "services"
    POSTAGE_RATES = "postage-rates"
    TENDERS = "tenders"
    ORDERS = "orders"
    RECEIPTS = "receipts"
    SCANS = "scans"
    ANNOUNCEMENTS = "announcements"
    STAFF = "staff"


def import_files(
    kind: Annotated[RowKind, typer.Argument(help="What the files hold.")],
    files: Annotated[
        list[Path], typer.Argument(help="JSON Lines: one row a line; or CSV, where the name ends so.", metavar="FILE…")
    ],
    history_before: Annotated[
        str,
        typer.Option(help="Orders placed before this day, or instant, are taken in as history.", metavar="DAY"),
    ] = "",
    quiet_until: Annotated[
        str,
        typer.Option(help="Let the shop learn until then, and write to nobody by itself.", metavar="INSTANT"),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Speak to a machine.")] = False,
) -> None:
    """Take in rows from files: all of them, or none where one can't be taken. The same rows again change nothing."""
    if history_before and kind is not RowKind.ORDERS:
        raise typer.BadParameter("only orders become history", param_hint="--history-before")
    with connected():
        quieten()
        django.setup()
        from makegood.faces.api.loading import import_rows  # noqa: PLC0415  Django is set up now
        from makegood.opening import bring_up_to_date  # noqa: PLC0415  likewise

        before = _day_or_instant(history_before, "--history-before")
        quiet = _day_or_instant(quiet_until, "--quiet-until")
        bring_up_to_date()
        if quiet is not None:
            _keep_quiet(quiet)
        with _progress(is_shown=sys.stderr.isatty() and not as_json) as progress:
            total = sum(file.stat().st_size for file in files if file.is_file())
            step = progress.add_task("loading", total=total)
            report = import_rows(
                kind.value, files, seen=lambda count: progress.advance(step, count), history_before=before
            )
    typer.echo(
        json.dumps(report.as_plain()) if as_json else report.in_words(), err=bool(report.error_count) and not as_json
    )
    raise typer.Exit(1 if report.error_count else 0)


def _keep_quiet(until: datetime) -> None:
    """Before anything comes in, so that nothing of it is told.

    Raises:
        BadParameter: it has passed.
    """
    from makegood.cases.quiet_start import QuietIntoThePast, keep_quiet  # noqa: PLC0415  Django is set up now
    from makegood.kit import clock  # noqa: PLC0415  likewise

    try:
        keep_quiet(until=until, now=clock.now())
    except QuietIntoThePast as error:
        raise typer.BadParameter(error.detail, param_hint="--quiet-until") from error


def _day_or_instant(text: str, option: str) -> datetime | None:
    """A day's beginning in the shop's zone, or an instant; None where nothing is said.

    Raises:
        BadParameter: it is neither.
    """
    try:
        return instant_of(text, zone=settings.SHOP_ZONE)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def _progress(*, is_shown: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not is_shown)
