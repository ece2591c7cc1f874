"""Opening a shop: the database brought up to date, the demo lived through once, and the first keys handed over."""

import json
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from rich.console import Console

from makegood.channels.mailer import sends_mail
from makegood.customers.links import FIRST_PAGE, Purpose, link_for
from makegood.customers.models import Customer
from makegood.demo import fill_shop
from makegood.journal.queries import last_fact_id
from makegood.kit import clock
from makegood.kit.starting import without_collecting
from makegood.remedies.rules.perks import redemption_of
from makegood.staff.actions import issue_token, put_helpers
from makegood.staff.models import Helper
from makegood.staff.records import HelperRecord
from makegood.staff.rules import Role, Scope
from makegood.supervising import CannotRun

# What the first helper and the first program are let in with; kept beside the database, for its owner alone.
KEYS = "first-keys.json"
DEMO_BEGUN = "demo-begun"
OURS = "makegood"
# 0.1 had a migration of this name; 0.2 began the tables anew.
MADE_BY_0_1 = "0002_integrity"
say = Console(highlight=False, soft_wrap=True)


def bring_up_to_date() -> None:
    """Migrate.

    Raises:
        CannotRun: another version made the database, and no way leads from there to here; or a setting means nothing.
    """
    try:
        redemption_of(settings.FREE_EXPRESS)
    except ValueError as wrong:
        raise CannotRun(str(wrong)) from wrong
    with without_collecting():
        _refuse_what_others_made()
        call_command("migrate", verbosity=0, interactive=False)


def refuse_out_of_date() -> None:
    """For commands that change no tables.

    Raises:
        CannotRun: the database has not the tables of this version.
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotRun("the database is not that of this version; run `makegood migrate`, or `makegood up`")


def _refuse_what_others_made() -> None:
    """Django passes over migrations that it doesn't know, and fails at the first table that is there already."""
    known = {name for app, name in MigrationLoader(None).disk_migrations if app == OURS}
    made = {name for app, name in MigrationRecorder(connection).applied_migrations() if app == OURS}
    if MADE_BY_0_1 in made - known:
        raise CannotRun(
            "this database was made by Makegood 0.1, and its tables can't be carried over; "
            "name an empty database in DATABASE_URL, or another folder in MAKEGOOD_HOME"
        )
    if made - known:
        raise CannotRun(f"this database was made by a newer Makegood ({max(made - known)}); run that one")


def open_shop(*, home: Path, demo: bool) -> bool:
    """Bring the database up to date, and fill an empty shop with the demo if wanted; whether it is a new shop."""
    say.print("· database")
    bring_up_to_date()
    is_new = not Helper.objects.exists()
    if is_new:
        _first_keys(home)
    if demo:
        _fill(home / DEMO_BEGUN)
    return is_new


def _fill(begun: Path) -> None:
    """Let the demo shop live through its fortnight, or through the rest of it where that was cut off."""
    if begun.exists() and clock.is_frozen():
        today = datetime.fromisoformat(begun.read_text())
    elif last_fact_id():
        begun.unlink(missing_ok=True)
        return
    else:
        today = clock.system_now()
        begun.write_text(today.isoformat())
    with say.status("· the demo shop lives through its first fortnight"):
        fill_shop(today=today)
    begun.unlink()


def _first_keys(home: Path) -> None:
    """The first helper, a lead, and the first token; their file is there first, so that nobody is locked out."""
    password = secrets.token_urlsafe(12)
    record = HelperRecord(
        id="first",
        name="Robin",
        email="robin@makegood.example",
        role=Role.LEAD,
        zone=settings.SHOP_ZONE,
        password=password,
    )
    file = home / KEYS
    with transaction.atomic():
        put_helpers([record])
        _, token = issue_token(name="first", scopes=list(Scope))
        file.touch(mode=0o600)
        file.write_text(json.dumps({"email": record.email, "password": password, "token": token}, indent=2))


def welcome(*, home: Path, demo: bool, is_new: bool) -> None:
    """Say that the shop is up, and how to get in.

    Keys are said once, when they are made, and to a terminal alone: what else reads our words may keep them for ever.
    """
    say.print(f"\n[bold]Makegood is up at {settings.BASE_URL}[/bold]")
    file = home / KEYS
    if file.exists() and not (is_new and say.is_terminal):
        say.print(f"  helper    {settings.BASE_URL}/desk/   (the first password and API token are in {file})")
    elif file.exists():
        keys = json.loads(file.read_text())
        say.print(f"  helper    {settings.BASE_URL}/desk/   {keys['email']}   {keys['password']}")
        say.print(f"  API token {keys['token']}   ({settings.BASE_URL}/v1/docs)")
    customer = Customer.objects.order_by("id").first() if demo and say.is_terminal else None
    if customer is not None:
        say.print(f"  customer  {link_for(customer, FIRST_PAGE, purpose=Purpose.HANDED)}")
        say.print(
            f"  mailbox   {settings.BASE_URL}/desk/mailbox   (what customers received; nothing leaves this machine)"
        )
    if not sends_mail():
        say.print("  mail      none leaves: letters are kept, not sent, until MAKEGOOD_SMTP_HOST names a mail host")
    if settings.STRIPE_KEY and settings.DEMO:
        say.print("  Stripe    not asked: MAKEGOOD_STRIPE_KEY is set, and a demo shop moves no money (up --no-demo)")
    if settings.STORY:
        say.print(f"  story     {settings.BASE_URL}/desk/story   (sign in as the helper, and step through it)")
    say.print("  Ctrl-C ends it; everything is kept.\n")
