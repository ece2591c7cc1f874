"""What helpers and customers say to each other through the API."""

from makegood.cases.actions import take_in_message
from makegood.cases.models import Case
from makegood.kit import clock
from tests import worlds


def test_words_get_a_promise_and_an_answer(program, ada):
    worlds.shipped()
    as_ada = program.acting_for("customer:ada")
    words = {"body": "Where is it?", "order": "100", "key": "k1"}
    told = as_ada.post("/messages", words)
    assert (told["direction"], told["via"], told["subject"]) == ("in", "web", "Order 100")
    assert as_ada.post("/messages", words) == told
    problem = as_ada.post("/messages", {**words, "body": "Where are they?"}, status=409)
    assert problem["type"] == "/v1/docs#problem-key-known"
    (case,) = program.items("/cases?customer=ada")
    assert (case["attention"], case["id"]) == ("waiting", told["case"])
    (promise,) = program.items("/promises?customer=ada&kind=reply")
    assert case["due_at"] == promise["due_at"]
    reply = program.post(f"/cases/{case['id']}/replies", {"body": "It is on its way.", "key": "r1"})
    problem = program.post(f"/cases/{case['id']}/replies", {"body": "It is lost.", "key": "r1"}, status=409)
    assert problem["type"] == "/v1/docs#problem-key-known"
    assert reply["in_reply_to"] == "" or reply["in_reply_to"].startswith("<")
    assert program.items("/promises?customer=ada&kind=reply")[0]["state"] == "kept"


def test_only_a_customer_writes_to_us(program, ada):
    program.post("/messages", {"body": "Hello"}, status=403)
    as_ada = program.acting_for("customer:ada")
    as_ada.post("/messages", {"body": "Hello", "order": "nope"}, status=404)
    as_ada.post("/messages", {"body": " "}, status=422)


def test_words_without_a_record_are_not_sent(program, lost):
    (case,) = program.items("/cases?customer=ada")
    before = program.items("/messages")
    body = "You get 77.50 USD back by 3 December."
    problem = program.post(f"/cases/{case['id']}/replies", {"body": body}, status=422)
    assert problem["type"] == "/v1/docs#problem-unsupported-words"
    assert [each["field"] for each in problem["errors"]] == ["body", "body"]
    assert program.items("/messages") == before
    checked = program.post(f"/cases/{case['id']}/reply-check", {"body": f"I am sorry. {body}"}, status=200)
    assert checked["may_send"] is False
    assert [(claim["text"], claim["kind"]) for claim in checked["claims"]] == [
        ("77.50 USD", "sum"),
        ("3 December", "date"),
    ]
    assert checked["parts"]["acknowledgement"] is True


def test_the_draft_can_be_sent_as_it_is(program, lost):
    worlds.helper()
    (case,) = program.items("/cases?customer=ada")
    as_maya = program.acting_for("helper:maya")
    draft = as_maya.get(f"/cases/{case['id']}/draft")
    checked = as_maya.post(f"/cases/{case['id']}/reply-check", {"body": draft["body"]}, status=200)
    assert [claim for claim in checked["claims"] if not claim["supported"]] == []
    as_maya.post(f"/cases/{case['id']}/replies", draft)


def test_a_case_is_worked_on(program, lost, settings):
    settings.FREE_EXPRESS = "account"
    worlds.helper()
    (case,) = program.items("/cases?customer=ada")
    path = f"/cases/{case['id']}"
    as_maya = program.acting_for("helper:maya")
    assert as_maya.post(f"{path}/notes", {"body": "She moved."})["written_by"] == "maya"
    assert program.put(f"{path}/assignment", {"helper": "maya"})["assigned_to"] == "maya"
    assert program.items("/cases?assigned_to=maya")[0]["id"] == case["id"]
    problem = program.put(f"{path}/assignment", {"helper": "nobody"}, status=422)
    assert problem["errors"] == [{"field": "helper", "reason": "'nobody' is unknown"}]
    assert program.put(f"{path}/assignment", {"helper": None})["assigned_to"] is None
    granted = as_maya.post(f"{path}/remedies", {"remedy": "send_again"})
    assert [each["order"] for each in granted["items"]] == ["100"]
    problem = as_maya.post(f"{path}/remedies", {"remedy": "send_again"}, status=409)
    assert problem["grants"] == [granted["items"][0]["id"]]
    worlds.settle()
    whole = program.get(path)
    assert [note["body"] for note in whole["notes"]] == ["She moved."]
    assert [each["news"] for each in whole["messages"]] == ["in_danger", "broken", "sent_again"]
    assert whole["deliveries"][0]["told_broken_at"] is not None
    assert program.items("/perks?customer=ada")[0]["kind"] == "free_express"
    assert program.put(f"{path}/closure")["state"] == "closed"
    program.put(f"{path}/closure", status=409)
    program.post(f"{path}/replies", {"body": "Hello."}, status=409)


def test_closing_on_somebody_who_waits_has_to_be_meant(program, ada):
    take_in_message(key="w1", customer=ada, body="Where is it?", now=clock.now())
    path = f"/cases/{program.items('/cases?customer=ada')[0]['id']}"
    problem = program.put(f"{path}/closure", status=409)
    assert problem["type"] == "/v1/docs#problem-customer-waits"
    assert program.get(path)["state"] == "open"
    assert program.put(f"{path}/closure", {"although_they_wait": True})["state"] == "closed"


def test_a_draft_without_words_is_no_reply(program, ada):
    take_in_message(key="w1", customer=ada, body="Where is it?", now=clock.now())
    path = f"/cases/{program.items('/cases?customer=ada')[0]['id']}"
    draft = program.get(f"{path}/draft")
    problem = program.post(f"{path}/replies", {"body": draft["body"]}, status=422)
    assert problem["errors"] == [{"field": "body", "reason": "write something"}]


def test_strangers_words_wait_for_a_helper(program, ada):
    words = {"address": "ada@marsh.example", "name": "Ada", "order": "100", "body": "Nothing came."}
    first = program.post("/contact", words)
    second = program.post("/contact", {**words, "body": "Buy watches!"})
    assert [each["id"] for each in program.items("/unassigned")] == [first["id"], second["id"]]
    problem = program.post(f"/unassigned/{first['id']}/assignment", {"customer": "nobody"}, status=422)
    assert problem["errors"][0]["field"] == "customer"
    matched = program.post(f"/unassigned/{first['id']}/assignment", {"customer": "ada"})
    assert Case.objects.get(pk=matched["case"]).customer == ada
    program.post(f"/unassigned/{first['id']}/assignment", {"customer": "ada"}, status=409)
    assert program.post(f"/unassigned/{second['id']}/dismissal", {"reason": "Spam"})["dismissed_reason"] == "Spam"
    assert program.items("/unassigned") == []
    assert len(program.items("/unassigned?is_open=false")) == 2


def test_somebody_may_answer_for_words_without_a_record(program, lost):
    (case,) = program.items("/cases?customer=ada")
    words = {"body": "Our painter will be here on 3 December."}
    program.post(f"/cases/{case['id']}/replies", words, status=422)
    program.post(f"/cases/{case['id']}/replies", {**words, "override": {"reason": ""}}, status=422)
    program.post(f"/cases/{case['id']}/replies", {**words, "override": {"reason": "I spoke to her."}})
    lie = {"body": "We have refunded you.", "override": {"reason": "I am sure."}}
    program.post(f"/cases/{case['id']}/replies", lie, status=422)
