"""Other processes that start a server, and what can be seen of them."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from makegood.kit import postgres

ROOT = Path(__file__).parents[3]
PYTHONPATH = f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"
IS_ROOT = os.geteuid() == 0
START = "import sys; from pathlib import Path; from makegood.kit import postgres; home = Path(sys.argv[1])\n"
HOLD = START + "server = postgres.start(home=home); print(server.pid, flush=True); sys.stdin.read()"
SAY = START + "try: postgres.start(home=home)\nexcept postgres.PostgresUnusable as error: print(error)"


def python(script: str, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PYTHONPATH, **environment},
    )


def outcome(script: str, *arguments: str | Path, **environment: str) -> str:
    out, err = python(script, *arguments, **environment).communicate(timeout=60)
    return out + err


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def value(server: postgres.Postgres, query: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload,unused-ignore]
    assert row is not None
    return row[0]


def backends(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
