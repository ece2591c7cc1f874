"""Starts the product's processes with counters in them: `python -m tests.crashes.shim FOLDER STORY`.

It imports everything once and forks for each order it reads, so that a run does not wait for imports: what is started
begins with no connection, no thread and nothing known, as a fresh process does. One JSON line in, the child's id out.
"""

import json
import os
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import close_old_connections, connections  # noqa: E402

from makegood import cli  # noqa: E402
from makegood.supervising import PARENT, die_with_parent  # noqa: E402
from makegood.working import run_worker  # noqa: E402
from tests.crashes.script import WRONG, Story  # noqa: E402
from tests.crashes.stories import STORIES  # noqa: E402
from tests.crashes.strikes import Points, Strike, watch  # noqa: E402

WARM = (run_worker,)  # imported before the fork, so that `makegood.cli` finds it there


def main(folder: Path, story: Story) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are gone at once
    os.environ[PARENT] = str(os.getpid())
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order, folder, story)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become(order: dict[str, Any], folder: Path, story: Story) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said = os.open(folder / "said.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(said, stream)
    strike = Strike(**order["strike"]) if order["strike"] else None
    watch(Points(by=order["role"], file=folder / "points.jsonl", strike=strike))
    try:
        if order["role"] == "worker":
            cli.app(["worker"], standalone_mode=False)
        else:
            die_with_parent()
            _serve(folder / "web.sock", story)
    finally:  # not back to the loop that forked us
        if (error := sys.exc_info()[1]) is not None:
            traceback.print_exception(error)
        os._exit(1 if error else 0)


def _serve(address: Path, story: Story) -> None:
    """The web's writes: one step a call, one action or a few a step, and the answer when they are committed."""
    address.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(address))
    server.listen()
    while True:
        call, _ = server.accept()
        with call, call.makefile("rw") as words:
            step, argument = json.loads(words.readline())
            try:
                close_old_connections()  # as Django does before each request
                if step == WRONG:
                    assert not (wrong := story.wrong()), wrong
                else:
                    story.steps[step](argument)
                answer = "done"
            except Exception as error:  # noqa: BLE001 (a page would say so, and the web lives on)
                answer = f"{type(error).__name__}: {error}"
            finally:
                connections.close_all()
            words.write(json.dumps(answer) + "\n")
            words.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), STORIES[sys.argv[2]])
