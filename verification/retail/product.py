"""A product of its own: started for the while, on its own database, with the shop's policy, and reached by HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from makegood.stories.remote import RemoteStage

ROOT = Path(__file__).resolve().parents[2]
POLICY = ROOT / "docs" / "examples" / "retail-policy.toml"
KEYS = "first-keys.json"
# A busy machine takes minutes to make all tables.
STARTS_WITHIN_SECONDS = 600.0
LOOK_EVERY_SECONDS = 0.2
# Whoever stops it waits for the web, the worker and PostgreSQL.
ENDS_WITHIN_SECONDS = 60.0


class NotUp(Exception):
    """The product did not start; what it said is in the words."""


def settings_for(home: Path) -> dict[str, str]:
    """The environment of a shop that only this uses: nothing of a shop that is set up here counts for it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKEGOOD_", "DATABASE_URL"))}
    return {
        **kept,
        "MAKEGOOD_HOME": str(home),
        "MAKEGOOD_POLICY": str(POLICY),
        "MAKEGOOD_MAIL_IS_PLAYED": "1",
        "MAKEGOOD_SHOP_NAME": "Retail benchmark",
        "MAKEGOOD_SHOP_ZONE": "America/New_York",
        "MAKEGOOD_API_CALLS_A_MINUTE": "1000000",
    }


@contextmanager
def started_product() -> Iterator[RemoteStage]:
    """A fresh shop that is up.

    Raises:
        NotUp: it does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="makegood-retail-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # as root PostgreSQL runs as nobody, who has to get through
        port = _free_port()
        log = home / "said.log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "makegood.cli", "up", "--no-demo", "--port", str(port)],
                env=settings_for(home),
                cwd=ROOT,
                stdout=said,
                stderr=said,
            )
        try:
            yield _stage_of(process, f"http://127.0.0.1:{port}", home, log)
        finally:
            _end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _stage_of(process: subprocess.Popen[bytes], address: str, home: Path, log: Path) -> RemoteStage:
    gives_up_at = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < gives_up_at and process.poll() is None:
        if (home / KEYS).exists() and _answers(address):
            token = json.loads((home / KEYS).read_text("utf-8"))["token"]
            return RemoteStage(address=address, token=token)
        time.sleep(LOOK_EVERY_SECONDS)
    raise NotUp(log.read_text("utf-8", "replace"))


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/v1/openapi.json", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
