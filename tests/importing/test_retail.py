"""A real-sized shop from elsewhere, by the converter in docs/examples."""

import importlib.util
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from makegood.faces.api.loading import import_rows
from makegood.kit import clock
from makegood.orders.models import Order
from makegood.parcels.models import StatusEstimate
from makegood.promises.models import Promise

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT.parent / "shared" / "data" / "retail"
AS_OF = date(2026, 11, 20)
KINDS = ("customers", "places", "products", "stock", "services", "orders")


@pytest.fixture
def files(tmp_path):
    if not SOURCE.is_dir():
        pytest.skip(f"{SOURCE} is not here: the retail benchmark's files are not part of this repository")
    spec = importlib.util.spec_from_file_location("retail", ROOT / "docs" / "examples" / "retail.py")
    retail = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(retail)
    counts = retail.convert(SOURCE, tmp_path, as_of=AS_OF)
    assert (counts["customers"], counts["orders"]) == (500, 1000)
    return {kind: tmp_path / f"{kind}.jsonl" for kind in KINDS}


def take_in_all(files):
    reports = [import_rows(kind, [files[kind]]) for kind in KINDS]
    assert [str(error) for report in reports for error in report.errors] == []
    return {report.kind: dict(report.counts) for report in reports}


@pytest.mark.slow
def test_the_whole_shop_twice(db, files):
    clock.freeze(datetime(2026, 11, 20, 17, tzinfo=UTC))
    new = {"customers": 500, "places": 1, "products": 591, "stock": 591, "services": 2, "orders": 1000}
    assert take_in_all(files) == {kind: {"new": count, "changed": 0, "same": 0} for kind, count in new.items()}
    assert take_in_all(files) == {kind: {"new": 0, "changed": 0, "same": count} for kind, count in new.items()}
    assert Order.objects.filter(cancelled_at__isnull=False).count() == 102
    assert Counter(StatusEstimate.objects.values_list("verdict", flat=True)) == {"delivered": 373, "label_made": 102}
    assert Counter(Promise.objects.values_list("state", flat=True)) == {"kept": 373, "withdrawn": 102, "open": 525}
