"""`makegood explain`: what the system understands of something, and why. It looks nothing up and changes nothing."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast

import django
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from makegood.channels.mails.plain import as_plain
from makegood.channels.mails.reading import read_mail
from makegood.kit.clock import system_now
from makegood.kit.redaction import hide_keys_within
from makegood.logging import quieten

explain = typer.Typer(help="Show what the system understands, and why.", no_args_is_help=True)
say = Console(highlight=False, soft_wrap=True)
Instant = Annotated[str | None, typer.Option(help="As in 2026-10-02T09:00Z; the machine's time where it is not given.")]


@explain.callback()
def _commands() -> None:
    """Keep the name of each thing explained, also while there is one alone."""


@explain.command()
def parcel(
    file: Annotated[Path, typer.Argument(help="What a carrier answered or pushed, in JSON.")],
    carrier: Annotated[str, typer.Option(help="Which carrier, as in usps.")],
    number: Annotated[str | None, typer.Option(help="Only the parcel with this tracking number.")] = None,
    label_at: Annotated[
        str | None,
        typer.Option(help="When the label was made; the first scan of the last box with this number if not given."),
    ] = None,
    now: Instant = None,
    as_json: Annotated[bool, typer.Option("--json", help="Speak to a machine.")] = False,
) -> None:
    """A carrier's words: which scans they hold, what was refused, and what we would believe of each parcel."""
    quieten()
    django.setup()
    from makegood.faces.api.explained import NotExplained, explain_parcels  # noqa: PLC0415  Django is set up now

    try:
        understood = explain_parcels(
            _json_of(file),
            carrier=carrier,
            number=number,
            label_at=_instant("--label-at", label_at),
            now=_instant("--now", now) or system_now(),
        )
    except (NotExplained, NoJson) as error:
        typer.echo(json.dumps({"error": str(error)}) if as_json else f"{file}: {error}", err=not as_json)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(understood, ensure_ascii=False))
    else:
        _show(understood)


@explain.command()
def mail(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Raw mails, each as it travelled.")],
    ours: Annotated[
        list[str] | None, typer.Option(help="An address that the shop writes from; the settings' if none is given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Speak to a machine: one object a line.")] = False,
) -> None:
    """A mail: who wrote what, what of it is history, what is attached, and whether a person or a machine sent it."""
    from makegood.channels.addresses import own_addresses  # noqa: PLC0415  the settings are read only where asked

    unread = 0
    own = frozenset(each.lower() for each in ours) if ours else own_addresses()
    for file in files:
        try:
            plain = as_plain(read_mail(file.read_bytes(), own_addresses=own))
            understood = cast("dict[str, Any]", hide_keys_within(plain))
        except OSError as error:
            unread += 1
            why = f"it can't be read: {error.strerror}"
            typer.echo(json.dumps({"file": str(file), "error": why}) if as_json else f"{file}: {why}", err=not as_json)
            continue
        if as_json:
            typer.echo(json.dumps({"file": str(file), **understood}, ensure_ascii=False))
        else:
            _show_mail(file, understood)
    if unread:
        raise typer.Exit(2)


class NoJson(Exception):
    """A file that holds no JSON, and why."""


def _json_of(file: Path) -> object:
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise NoJson(f"it can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise NoJson(f"it is not JSON: {error}") from error


def _instant(option: str, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(
            f"{value!r} is no instant; write it as in 2026-10-02T09:00Z", param_hint=option
        ) from error
    if instant.tzinfo is None:
        raise typer.BadParameter(f"{value!r} has no offset; write it as in 2026-10-02T09:00Z", param_hint=option)
    return instant


def _show(understood: dict[str, Any]) -> None:
    for each in understood["parcels"]:
        formats = ", ".join(
            f"{form['format']} ({'check digit holds' if form['check_digit_holds'] else 'check digit is wrong'})"
            for form in each["formats"]
        )
        say.print(f"\n{understood['carrier']} {each['number']}", style="bold")
        say.print(f"{formats or 'a shape we know of no carrier'}; label made {each['label_at']}")
        if each["doubt"]:
            say.print(f"doubt: {each['doubt']}", markup=False)
        table = Table("instant", "means", "code", "place", "the carrier's words", box=None)
        for scan in each["scans"]:
            table.add_row(scan["happened_at"], scan["kind"], scan["code"], scan["place"], scan["words"])
        say.print(table)
        say.print(f"{each['verdict']}: {each['probability_percent']} % {each['outcome']}", style="bold")
        for evidence in each["evidence"]:
            say.print(f"  {evidence['words']}", markup=False)
    for refused in understood["refused"]:
        summary = f"refused: entry {refused['index']} of {refused['number'] or 'an unknown number'}"
        say.print(f"{summary}: {refused['field']}: {refused['reason']}", markup=False)


def _show_mail(file: Path, understood: dict[str, Any]) -> None:
    say.print(f"\n{file}: {understood['kind'].replace('_', ' ')}", style="bold", markup=False)
    head = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in (
        ("from", _boxes([understood["from"]])),
        ("written by", understood["writer"] if understood["writer"] != understood["from"]["address"] else ""),
        ("answers go to", _boxes(understood["reply_to"])),
        ("refused", understood["refused_reason"]),
        ("to", _boxes(understood["to"])),
        ("subject", understood["subject"]),
        ("sent", understood["sent_at"] or "no date that can be read"),
        ("never answered", "; ".join(understood["never_answer"])),
        ("malformed", "; ".join(understood["problems"])),
    ):
        if value:
            head.add_row(name, Text(value))
    say.print(head)
    for title in ("visible_text", "quoted_text", "signature"):
        if understood[title]:
            say.print(f"\n{title.replace('_', ' ')}", style="bold")
            say.print(understood[title], markup=False)
    for each in understood["attachments"]:
        say.print(
            f"\nattached: {each['name'] or 'without a name'}, {each['content_type']}, {each['size']:,} bytes",
            markup=False,
        )
    for each in understood["recipients"]:
        codes = " ".join(code for code in (each["reply_code"], each["status"]) if code)
        firmness = "hard" if each["is_hard"] else "soft"
        say.print(f"\n{each['address'] or 'nobody named'}: {firmness}, {each['reason'].replace('_', ' ')} {codes}")
        say.print(f"  {each['diagnostic']}", markup=False)


def _boxes(boxes: list[dict[str, str]]) -> str:
    return ", ".join(f"{box['name']} <{box['address']}>" if box["name"] else box["address"] for box in boxes)
