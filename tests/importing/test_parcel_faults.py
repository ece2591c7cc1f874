"""106 carriers' answers that trackers are known to read wrongly: `makegood explain parcel` reads each as labelled."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from makegood.faces.api.explained import NotExplained, explain_parcels

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "parcel_faults"


def labelled():
    """(file, label) of each payload."""
    if not (SOURCE / "labels.json").exists():
        return [pytest.param("", {}, marks=pytest.mark.skip(f"no payloads at {SOURCE}"))]
    labels = json.loads((SOURCE / "labels.json").read_text("utf-8"))
    return [pytest.param(name, label, id=name) for name, label in labels.items()]


def explained(name, label):
    given = {key: datetime.fromisoformat(label[key]) if key in label else None for key in ("label_at", "now")}
    body = json.loads((SOURCE / "payloads" / name).read_text("utf-8"))
    try:
        return explain_parcels(body, carrier=label["carrier"], number=label.get("number"), **given)
    except NotExplained as error:
        return {"error": str(error), "parcels": [], "refused": []}


@pytest.mark.parametrize(("name", "label"), labelled())
def test_each_answer_is_read_as_what_it_says(name, label):
    told, right = explained(name, label), label["expect"]
    scans = [scan for parcel in told["parcels"] for scan in parcel["scans"]]
    verdicts = {parcel["verdict"] for parcel in told["parcels"]}
    words = [scan["words"] for scan in scans]
    assert ("error" in told) >= right.get("error", False), told
    assert right.get("error") or "error" not in told or set(right) == {"verdict_not"}, told
    if "number" in right:
        assert [parcel["number"] for parcel in told["parcels"]] == [right["number"]]
    if "verdict" in right:
        assert verdicts
        assert verdicts <= set(right["verdict"])
    assert not verdicts & set(right.get("verdict_not", ()))
    for at, kinds in right.get("scan_at", {}).items():
        found = {scan["kind"] for scan in scans if scan["happened_at"] == at}
        assert found
        assert found <= set(kinds)
    assert not [word for word in right.get("words_lack", ()) if any(word in each for each in words)]
    assert all(any(word in each for each in words) for word in right.get("words_contain", ()))
    assert len(scans) == right.get("scans", len(scans))
    assert len(told["refused"]) == right.get("refused", len(told["refused"]))
    for kind, first, last in right.get("between", ()):
        assert any(scan["kind"] == kind and first <= scan["happened_at"] <= last for scan in scans)
