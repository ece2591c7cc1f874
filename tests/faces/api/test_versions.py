"""Versions of what is read and edited: nobody overwrites what they have not seen."""

import pytest

from makegood.cases.models import Case, Note
from tests import worlds
from tests.committed import at_once
from tests.faces.api.conftest import Program


@pytest.fixture
def path(program, asked):
    worlds.helper("maya")
    worlds.helper("noor")
    return asked


def test_what_is_read_has_a_strong_etag(program, path):
    first = program.send("GET", path)
    assert program.send("GET", path).headers["ETag"] == first.headers["ETag"]
    assert first.headers["ETag"].startswith('"')
    program.post(f"{path}/notes", {"body": "She called."})
    assert program.send("GET", path).headers["ETag"] != first.headers["ETag"]


def test_what_the_reader_has_is_not_sent_again(program, path):
    etag = program.send("GET", path).headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = program.send("GET", path, If_None_Match=known)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert program.send("GET", path, If_None_Match='"other"').status_code == 200


def test_who_saw_the_latest_may_change_it(program, path):
    etag = program.send("GET", path).headers["ETag"]
    answer = program.send("PUT", f"{path}/assignment", {"helper": "maya"}, If_Match=etag)
    assert answer.status_code == 200
    assert answer.headers["Content-Location"] == f"/v1{path}"
    assert answer.headers["ETag"] == program.send("GET", path).headers["ETag"] != etag


def test_who_saw_an_older_one_is_told_and_changes_nothing(program, path):
    etag = program.send("GET", path).headers["ETag"]
    program.put(f"{path}/assignment", {"helper": "maya"})
    answer = program.send("PUT", f"{path}/assignment", {"helper": "noor"}, If_Match=etag)
    now = program.send("GET", path)
    assert (answer.status_code, answer.json()["type"]) == (412, "/v1/docs#problem-changed-meanwhile")
    assert answer.json()["etag"] == answer.headers["ETag"] == now.headers["ETag"]
    assert now.json()["assigned_to"] == "maya"
    again = program.send("PUT", f"{path}/assignment", {"helper": "noor"}, If_Match=answer.headers["ETag"])
    assert again.json()["assigned_to"] == "noor"


def test_a_weak_etag_is_no_proof(program, path):
    etag = program.send("GET", path).headers["ETag"]
    assert program.send("PUT", f"{path}/closure", If_Match=f"W/{etag}").status_code == 412
    assert program.send("PUT", f"{path}/closure", If_Match="nonsense").status_code == 412
    assert program.send("PUT", f"{path}/closure", {"although_they_wait": True}, If_Match="*").status_code == 200


def test_words_go_only_if_nothing_came_between(program, path):
    etag = program.send("GET", path).headers["ETag"]
    program.acting_for("customer:ada").post("/messages", {"body": "One more thing."})
    answer = program.send("POST", f"{path}/replies", {"body": "Thank you."}, If_Match=etag)
    assert answer.status_code == 412
    assert program.items("/messages?news=reply") == []


def test_a_repeat_is_answered_although_its_version_is_gone(program, path):
    etag = program.send("GET", path).headers["ETag"]
    calls = [
        program.send("PUT", f"{path}/assignment", {"helper": "maya"}, If_Match=etag, Idempotency_Key="k1")
        for _ in range(2)
    ]
    assert [(each.status_code, each.headers["ETag"]) for each in calls] == [(200, calls[0].headers["ETag"])] * 2


LANE = {"country": "US", "rate_minor": 100, "transit_days": 4}
RECORDS = {
    "/customers/eve": {"name": "Eve", "zone": "UTC", "email": "eve@marsh.example"},
    "/places/salem": {"name": "Salem", "country": "US", "zone": "UTC"},
    "/products/MAPS": {"title": "Maps", "currency": "USD", "price_minor": 100},
    "/services/slow": {"name": "Slow", "carrier": "usps", "currency": "USD", "cutoff_time": "14:00", "lanes": [LANE]},
    "/stock/columbus/BIRDS": {"on_hand": 3},
    "/staff/zoe": {"name": "Zoe", "email": "zoe@shop.example", "role": "helper", "password": "correct horse battery"},
}


@pytest.mark.parametrize("path", RECORDS)
def test_a_record_is_made_once_and_changed_as_seen(program, path):
    record = RECORDS[path]
    assert program.send("PUT", path, record, If_Match="*").status_code == 412
    made = program.send("PUT", path, record, If_None_Match="*")
    assert made.status_code == 200, made.content
    assert program.send("PUT", path, record, If_None_Match="*").status_code == 412
    etag = program.send("GET", path).headers["ETag"]
    field = next(iter(record))
    changed = {**record, field: 4 if field == "on_hand" else "Another"}
    assert program.send("PUT", path, changed, If_Match=etag).status_code == 200
    assert program.send("PUT", path, record, If_Match=etag).status_code == 412
    assert program.get(path)[field] == changed[field]


def test_many_at_once_have_no_version(program):
    answer = program.send("PUT", "/customers", [], If_Match="*")
    assert (answer.status_code, answer.json()["type"]) == (412, "/v1/docs#problem-no-version")


def test_a_customer_sees_no_version_of_what_is_another_s(program, path):
    worlds.take_in(worlds.order_record("100"))
    worlds.customer("eve")
    as_eve = program.acting_for("customer:eve")
    answer = as_eve.send("POST", "/orders/100/remedies", {"remedy": "refund"}, If_Match='"x"')
    assert (answer.status_code, answer.json()["etag"]) == (412, None)


@pytest.mark.parametrize("body", [{"helper": "maya"}, {"helper": "noor"}])
def test_of_two_who_saw_the_same_one_is_told(committed, body):
    worlds.open_shop()
    program = Program()
    for name in ("maya", "noor"):
        worlds.helper(name)
    worlds.customer()
    case = program.acting_for("customer:ada").post("/messages", {"body": "Hello."})["case"]
    path = f"/cases/{case}"
    etag = program.send("GET", path).headers["ETag"]
    answers = at_once(
        lambda: program.send("PUT", f"{path}/assignment", {"helper": "maya"}, If_Match=etag),
        lambda: program.send("PUT", f"{path}/assignment", {"helper": "noor"}, If_Match=etag),
        lambda: program.send("PUT", f"{path}/assignment", body, If_Match=etag),
        lambda: program.send("POST", f"{path}/notes", {"body": "Mine."}, If_Match=etag),
    )
    assert sorted(each.status_code for each in answers) in ([200, 412, 412, 412], [201, 412, 412, 412])
    done = Case.objects.get().assigned_to is not None
    assert done + Note.objects.count() == 1
