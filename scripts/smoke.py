#!/usr/bin/env python3
"""Starts the product as a stranger would, ends it with Ctrl-C, and starts it once more on what it left."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ADDRESS = "http://127.0.0.1:8000/"
ROOT = Path(__file__).resolve().parents[1]


def answers() -> bool:
    try:
        return bool(urllib.request.urlopen(ADDRESS, timeout=5).status == 200)
    except (urllib.error.URLError, OSError):
        return False


def live(*, shop: Path, seconds: int) -> str:
    """One life: up, answering, interrupted, gone; what it printed."""
    with tempfile.TemporaryFile("w+") as words:
        environment = {**os.environ, "MAKEGOOD_HOME": str(shop)}
        # A session of its own, so that the interrupt reaches the whole group, as it does from a terminal.
        up = subprocess.Popen(
            ["make", "up"],
            cwd=ROOT,
            env=environment,
            stdout=words,
            stderr=words,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            failed = _failure(up, seconds)
        finally:
            if up.poll() is None:
                os.killpg(up.pid, signal.SIGINT)
        try:
            up.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(up.pid, signal.SIGKILL)
            failed = failed or "it did not end within 30 s of Ctrl-C"
        words.seek(0)
        printed = words.read()
    if not failed and answers():
        failed = "something still answers after Ctrl-C"
    if not failed and "Traceback" in printed:
        failed = "it ended with a traceback"
    if failed:
        sys.exit(f"{printed}\n✗ make up: {failed}")
    return printed


def _failure(up: subprocess.Popen[bytes], seconds: int) -> str:
    gives_up_at = time.monotonic() + seconds
    while not answers():
        if up.poll() is not None:
            return f"it ended by itself with {up.returncode}"
        if time.monotonic() > gives_up_at:
            return f"no answer at {ADDRESS} within {seconds} s"
        time.sleep(0.5)
    return ""


if __name__ == "__main__":
    if answers():
        sys.exit(f"✗ something else answers at {ADDRESS}; end it first")
    with tempfile.TemporaryDirectory(prefix="makegood-smoke-") as home:
        Path(home).chmod(0o711)  # as root, PostgreSQL runs as nobody, who has to get through
        print("· make up, the first time: sets up, and fills the demo shop", flush=True)
        print(live(shop=Path(home) / "shop", seconds=300), flush=True)
        print("· make up, once more", flush=True)
        live(shop=Path(home) / "shop", seconds=60)
