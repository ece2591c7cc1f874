"""The same scans in order, and shuffled, doubled and split over two processes at once: the ends must be the same."""

import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from makegood.kit import sql
from makegood.parcels.rules.scans import Scan, ScanKind
from makegood.parcels.scanning import take_in_scans

HERE = Path(__file__).parent
BATCH = 10_000
PROCESSES = 2
PROCESS = "import sys, django; django.setup(); from makegood.bench.shuffled import work; work(*sys.argv[1:])"


def ends_the_same(
    scans: Sequence[Scan], *, now: datetime, again: Callable[[], None], say: Callable[[str], None]
) -> bool:
    """Whether `scans` end the same both ways; `again` puts the database back to where nothing was heard."""
    again()
    take_in_scans(scans, now=now)
    in_order = sql.rows(sql.load(HERE, "end_state"))
    say(f"  in order: {in_order[0]}")
    again()
    doubled = [*scans, *scans]
    random.Random(11).shuffle(doubled)  # noqa: S311  the same for every run
    with TemporaryDirectory() as place:
        files = [Path(place) / f"{part}.jsonl" for part in range(PROCESSES)]
        for part, file in enumerate(files):
            _write(doubled[part::PROCESSES], file)
        workers = [subprocess.Popen([sys.executable, "-c", PROCESS, str(file), now.isoformat()]) for file in files]
        codes = [worker.wait() for worker in workers]
    shuffled = sql.rows(sql.load(HERE, "end_state"))
    say(f"  shuffled, doubled, by {PROCESSES} processes: {shuffled[0]}")
    return codes == [0] * PROCESSES and in_order == shuffled


def _write(scans: Sequence[Scan], file: Path) -> None:
    with file.open("w") as lines:
        for s in scans:
            fields = (s.carrier, s.number, s.code, s.kind, s.happened_at.isoformat(), s.place, s.words)
            lines.write(json.dumps(fields) + "\n")


def work(file: str, at: str) -> None:
    """Take in all of a file, each batch in a transaction of its own."""
    now = datetime.fromisoformat(at)
    with Path(file).open() as lines:
        while some := [json.loads(line) for line in islice(lines, BATCH)]:
            take_in_scans(
                [
                    Scan(
                        carrier=carrier,
                        number=number,
                        code=code,
                        kind=ScanKind(kind),
                        happened_at=datetime.fromisoformat(instant),
                        place=place,
                        words=words,
                    )
                    for carrier, number, code, kind, instant, place, words in some
                ],
                now=now,
            )
