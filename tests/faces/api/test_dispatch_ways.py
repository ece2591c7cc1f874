"""How places hear what to send, and how they say that they did, by the API and by file."""

import json

import pytest

from makegood.faces.api.loading import import_rows
from makegood.kit import clock
from makegood.parcels.models import Dispatch, DispatchNotice
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import grant_remedy
from tests import worlds
from tests.worlds import LEAD, number_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
RENO = {"id": "reno", "name": "Reno", "country": "US", "zone": "America/Los_Angeles"}


def again(parcel):
    grant_remedy(order_id=parcel.delivery.order_id, kind=RemedyKind.SEND_AGAIN, by=LEAD, now=clock.now())
    return Dispatch.objects.order_by("-id")[0]


def test_a_places_way_is_set_and_its_secret_never_shown(program):
    way = {"way": "webhook", "url": "https://wms.example/hooks", "secret": SECRET}
    assert program.put("/places", [RENO | {"dispatch": way}])["changed"] == 1
    place = program.items("/places")[0]
    assert (place["dispatch_way"], place["dispatch_url"]) == ("webhook", "https://wms.example/hooks")
    assert place["has_dispatch_secret"] is True
    assert SECRET not in json.dumps(program.items("/places"))
    for bad in ({"way": "webhook", "url": ""}, {**way, "secret": "whsec_short"}, {**way, "url": "ftp://x"}):
        assert program.put("/places", [RENO | {"dispatch": bad}], status=422)["errors"][0]["field"].startswith("disp")


def test_the_pick_list_as_csv_holds_no_formula(program, ada):
    name = {"ship_to": worlds.order_record().ship_to.model_dump() | {"name": '=HYPERLINK("http://evil")'}}
    dispatch = again(worlds.lost(**name))
    text = program.client.get("/v1/places/reno/pick-list.csv")
    head, row = text.content.decode().splitlines()
    assert head.startswith("dispatch,order,leaves_date,arrives_date,carrier,service,sku,title,quantity,name,address")
    assert row.startswith(f"D{dispatch.pk},100,")
    assert "\"'=HYPERLINK" in row
    assert text.headers["Content-Type"].startswith("text/csv")
    program.get("/places/mars/pick-list.csv", status=404)


def test_notices_that_were_given_up_are_told_again(program, ada):
    way = {"way": "webhook", "url": "https://wms.example/hooks", "secret": SECRET}
    program.put("/places", [RENO | {"dispatch": way}])
    again(worlds.lost())
    DispatchNotice.objects.update(state="given_up", next_try_at=None, attempts=10, last_words="503")
    (notice,) = program.items("/dispatch-notices?state=given_up&place=reno")
    assert (notice["kind"], notice["attempts"], notice["last_words"]) == ("requested", 10, "503")
    assert program.post(f"/dispatch-notices/{notice['id']}/retry")["state"] == "waiting"
    program.post(f"/dispatch-notices/{notice['id']}/retry", status=409)
    assert program.items("/dispatch-notices?state=given_up") == []


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_announcements_come_by_program_and_by_file(program, ada, tmp_path, suffix):
    first, second = again(worlds.lost()), again(worlds.lost("200", serial=2))
    row = {"dispatch": f"D{first.pk}", "carrier": "usps", "number": number_of(8)}
    assert program.put("/announcements", [row])["new"] == 1
    bad = program.put("/announcements", [row, row | {"dispatch": "D99999"}], status=422)
    assert [(each["index"], each["field"]) for each in bad["errors"]] == [(1, "dispatch")]
    file = tmp_path / f"left.{suffix}"
    known = {"dispatch": second.key, "carrier": "usps", "number": number_of(9), "label_at": "2026-10-05T18:00:00Z"}
    lines = [",".join(known), ",".join(known.values())] if suffix == "csv" else [json.dumps(known)]
    file.write_text("\n".join(lines) + "\n")
    report = import_rows("announcements", [file])
    assert (report.errors, report.counts["new"]) == ([], 1)
    second.refresh_from_db()
    assert second.parcel is not None
    assert second.parcel.number == number_of(9)
