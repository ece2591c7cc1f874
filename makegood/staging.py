"""Where stories are played: the real product in this process, on a database of its own for each story."""

import asyncio
import hashlib
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import procrastinate
import psycopg
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, override_settings
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.utils import connector_params
from psycopg import sql
from pydantic import JsonValue
from rich.console import Console
from rich.text import Text

from makegood import wiring
from makegood.kit import clock
from makegood.kit.starting import without_collecting
from makegood.staff.actions import issue_token
from makegood.staff.rules import Scope
from makegood.stories.catalogue import STORIES, UnknownStory, story
from makegood.stories.errors import BadStory
from makegood.stories.player import play as play_story
from makegood.stories.reading import read
from makegood.stories.schema import Shop, Story
from makegood.stories.showing import show_outcome, show_timeline
from makegood.stories.stage import ApiResponse, headers_for
from makegood.stories.timeline import Timeline, customers_of
from makegood.working import settle, work

PREFIX = "makegood_story"
MIGRATIONS = Path(__file__).parent / "migrations"
# One number for everybody who prepares the template at the same time (pg_advisory_lock).
PREPARING = 7_203_411


class ProductStage:
    """The product behind the stories' `Stage`: its API asked in this process, its clock moved, its own worker run."""

    def __init__(self) -> None:
        _, self._secret = issue_token(name="stories", scopes=list(Scope))
        self._client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        self._worker = PersistentWorker()

    def close(self) -> None:
        """Let the database go."""
        self._worker.close()

    def call(
        self, method: str, path: str, *, body: JsonValue = None, raw: str | None = None, by: str = "shop"
    ) -> ApiResponse:
        headers = headers_for(by)
        if by != "anyone":
            headers["Authorization"] = f"Bearer {self._secret}"
        sent = raw if raw is not None else ("" if body is None else json.dumps(body))
        answer = self._client.generic(method, path, sent, content_type="application/json", headers=headers)
        return ApiResponse.of(answer.status_code, answer.content)

    def move_clock(self, to: datetime) -> None:
        clock.freeze(to)

    def settle(self) -> None:
        settle(run_ready=self._worker.run_ready)

    def next_due(self) -> datetime | None:
        return wiring.next_due()


class PersistentWorker:
    """The product's worker, run whenever there is something to do; its loop and connections stay open in between."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._connector = procrastinate.PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)
        self._is_open = False

    def run_ready(self) -> None:
        """Run every job that is ready now."""
        self._loop.run_until_complete(self._run_ready())

    async def _run_ready(self) -> None:
        with jobs.replace_connector(self._connector) as worker:
            if not self._is_open:
                await worker.open_async()
                self._is_open = True
            await work(worker, wait=False)

    def close(self) -> None:
        """Close what was opened; a second time does nothing."""
        if self._loop.is_closed():
            return
        if self._is_open:
            self._loop.run_until_complete(self._connector.close_async())
        self._loop.run_until_complete(self._loop.run_in_executor(None, connections.close_all))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


class StoryRunner:
    """Makes a stage for each story: a database copied from one that was migrated once, dropped afterwards.

    The process has one database setting, and it names the story's database while the story is played.
    """

    def __init__(self) -> None:
        self._home = str(connection.settings_dict["NAME"])
        self._pool = connection.settings_dict["OPTIONS"].get("pool")
        self._count = 0
        self._template = _template_name()

    def __enter__(self) -> Self:
        """Take the process's connection; bring the template about if it is missing."""
        self._let_go()
        with closing(self._server()) as server:
            server.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
            if not _exists(server, self._template):
                self._prepare(server)
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()
        connection.settings_dict["NAME"] = self._home
        if self._pool is not None:
            connection.settings_dict["OPTIONS"]["pool"] = self._pool

    @contextmanager
    def stage(self, story: Story) -> Iterator[ProductStage]:
        """A fresh world, in the shop that the story describes."""
        self._count += 1
        with closing(self._server()) as server:
            (number,) = server.execute("SELECT pg_backend_pid()").fetchone() or (0,)
            name = f"{PREFIX}_{number}_{self._count}"
            _run(server, "CREATE DATABASE {} TEMPLATE {}", name, self._template)
            try:
                self._turn_to(name)
                with override_settings(**_settings_of(story.shop)), closing(ProductStage()) as stage:
                    yield stage
            finally:
                self._turn_to(self._home)
                _run(server, "DROP DATABASE {} WITH (FORCE)", name)

    def _prepare(self, server: "psycopg.Connection[Any]") -> None:
        half = f"{self._template}_new"
        _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", half)
        _run(server, "CREATE DATABASE {}", half)
        self._turn_to(half)
        with without_collecting():
            call_command("migrate", verbosity=0, interactive=False)
        self._turn_to(self._home)
        _run(server, "ALTER DATABASE {} RENAME TO {}", half, self._template)

    def _server(self) -> "psycopg.Connection[Any]":
        """A connection of its own to the database that the product is set to."""
        wanted = {**connection.get_connection_params(), "dbname": self._home}
        words = {key: value for key, value in wanted.items() if key not in {"context", "cursor_factory"}}
        return psycopg.connect(**words, autocommit=True)

    def _turn_to(self, name: str) -> None:
        self._let_go()
        connection.settings_dict["NAME"] = name

    def _let_go(self) -> None:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


def _template_name() -> str:
    """A name that changes with the migrations, so that no story is played on yesterday's tables."""
    digest = hashlib.sha256()
    for file in sorted([*MIGRATIONS.glob("*.py"), *MIGRATIONS.glob("sql/*.sql")]):
        digest.update(file.read_bytes())
    return f"{PREFIX}_template_{digest.hexdigest()[:12]}"


def _exists(server: "psycopg.Connection[Any]", name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _run(server: "psycopg.Connection[Any]", words: str, *names: str) -> None:
    server.execute(sql.SQL(words).format(*map(sql.Identifier, names)))


def _settings_of(shop: Shop) -> dict[str, str]:
    """What the story says of the shop, by our settings' names; SMTP is off, so that nothing leaves this machine."""
    said = shop.model_dump(exclude_none=True, exclude={"hears", "free_express"})
    perk = {"FREE_EXPRESS": shop.free_express} if shop.free_express else {}
    return {f"SHOP_{name.upper()}": value for name, value in said.items()} | perk


def play(
    *, names: Sequence[str] = (), file: Path | None = None, seeds: str = "1", as_json: bool = False, quiet: bool = False
) -> int:
    """`makegood stories`: play ours by name, or anyone's from a file; the exit code is 1 where something was otherwise.

    `seeds` is one, or as many as in 1..20. Django is set up, and names the server that stories get their databases on.
    A story of one seed is shown as it goes, both sides of it; `quiet` shows only what came of it. 2: there is no such
    story, or the file is none.
    """
    console = Console(highlight=False)
    try:
        stories = [read(file.read_text(encoding="utf-8"))] if file else list(_ours(names, seeds))
        with StoryRunner() as theatre:
            tells = not (as_json or quiet) and len(stories) == 1
            passed = [_play_one(theatre, story, console, as_json=as_json, tells=tells) for story in stories]
    except (BadStory, UnknownStory, BadSeeds, OSError, UnicodeDecodeError) as error:
        Console(stderr=True, highlight=False).print(Text(f"✗ {file or 'stories'}: {error}", style="red"))
        return 2
    return 0 if all(passed) else 1


def _ours(names: Sequence[str], seeds: str) -> Iterator[Story]:
    return (story(name, seed=seed) for name in names or STORIES for seed in seeds_in(seeds))


def _play_one(theatre: StoryRunner, one: Story, console: Console, *, as_json: bool, tells: bool) -> bool:
    timeline = Timeline(customers_of(one.world.orders)) if tells else None
    started_at = time.monotonic()
    with theatre.stage(one) as stage:
        outcome = play_story(one, stage, timeline=timeline)
    if as_json:
        sys.stdout.write(json.dumps(outcome.as_plain(), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        if timeline:
            show_timeline(console, timeline)
        show_outcome(console, outcome, seconds=time.monotonic() - started_at)
    return outcome.passed


class BadSeeds(ValueError):
    """Neither a seed nor a range of them."""

    def __init__(self, text: str) -> None:
        super().__init__(f"--seed {text!r} is no seed; write one as in 7, or a range as in 1..20")


def seeds_in(text: str) -> range:
    """The seeds of 7, or of 1..20, both ends included.

    Raises:
        BadSeeds: it is neither.
    """
    found = re.fullmatch(r"(\d+)(?:\.\.(\d+))?", text.strip())
    if not found or int(found[2] or found[1]) < int(found[1]):
        raise BadSeeds(text)
    return range(int(found[1]), int(found[2] or found[1]) + 1)
