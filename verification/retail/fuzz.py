"""Tries the product against a plain reference of the shop's rules, by sequences of calls made by chance.

    python -m verification.retail.fuzz --data DIR --count 10000 --seed 1

Each sequence goes through the public API, in this process, on a database of its own. Exit code 1: some ended otherwise.
`--from N --count 1` repeats one.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from makegood.kit import postgres
from verification.retail.files import Files
from verification.retail.product import settings_for
from verification.retail.sequences import Sequences, numbered, varied

# Nothing here must survive a crash, so PostgreSQL need not wait for the disk.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SHOWN = 20


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m verification.retail.fuzz", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of users, products and orders (.json)")
    parser.add_argument("--count", type=int, default=10_000, help="how many sequences")
    parser.add_argument("--seed", type=int, default=1, help="which shop and which sequences")
    parser.add_argument("--from", type=int, default=1, dest="first", help="the number of the first")
    return parser.parse_args()


def _set_up(home: Path, url: str) -> None:
    """Name the database and the policy, for Django to find, and make the tables."""
    os.environ.update(settings_for(home), DATABASE_URL=url, DJANGO_SETTINGS_MODULE="makegood.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _try_all(options: argparse.Namespace) -> int:
    """How many sequences ended otherwise."""
    from makegood.logging import quieten
    from makegood.staging import ProductStage
    from verification.retail.alike import Pair
    from verification.retail.carrying_out import Shop

    quieten()
    files = varied(Files.read(options.data), seed=options.seed)
    pair = Pair(Shop(ProductStage(), files))
    numbers = range(options.first, options.first + options.count)
    bad = 0
    began = time.monotonic()
    for number, user, calls in numbered(Sequences(files, seed=options.seed), numbers):
        found = pair.faults_of(user, calls)
        bad += bool(found)
        for line in found if bad <= SHOWN else ():
            sys.stdout.write(f"sequence {number}: {line}\n")
        sys.stdout.flush()
        done = number - options.first + 1
        sys.stderr.write(f"\r{done} of {options.count} sequences, {time.monotonic() - began:.0f} s")
        sys.stderr.flush()
    sys.stderr.write("\n")
    for name in sorted({name for name, _ in pair.calls}):
        sys.stdout.write(f"{name}: {pair.calls[name, True]} carried out, {pair.calls[name, False]} refused\n")
    sys.stdout.write(f"{options.count - bad} of {options.count}\n")
    return bad


def main() -> int:
    """The exit code."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="makegood-retail-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # as root the server runs as nobody, who has to get through
        with postgres.start(home=home, settings=FORGETFUL) as server:
            _set_up(home, server.url)
            return 1 if _try_all(options) else 0


if __name__ == "__main__":
    sys.exit(main())
