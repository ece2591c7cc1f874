"""Calls that are sent again under their key, at once, and after a process died on the way."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from makegood.cases.models import Case
from makegood.channels.models import Message
from makegood.faces.api import repeats
from makegood.faces.api.api import api
from makegood.kit import answers
from makegood.kit.clock import system_now
from makegood.kit.models import GivenAnswer
from makegood.staff.models import ApiToken
from tests import worlds
from tests.committed import at_once
from tests.faces.api.conftest import Program
from tests.waiting import until

NOTE = {"body": "She called."}


def sent(program, method, path, body=None, *, key, **headers):
    return program.send(method, path, body, Idempotency_Key=key, **headers)


@pytest.fixture
def path(asked):
    return asked


@pytest.fixture
def committed_path(committed):
    """A program, and the case of somebody who wrote, where everybody can see them."""
    worlds.open_shop()
    program = Program()
    worlds.customer()
    told = program.acting_for("customer:ada").post("/messages", {"body": "Hello."})
    return program, f"/cases/{told['case']}"


def is_claimed():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0] > 0


def is_held():
    with transaction.atomic():
        return not Case.objects.select_for_update(skip_locked=True).exists()


def test_the_same_call_again_is_answered_alike_and_does_nothing(program, path):
    first = sent(program, "POST", f"{path}/notes", NOTE, key='"8e03978e"')
    again = sent(program, "POST", f"{path}/notes", NOTE, key='"8e03978e"')
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (first.headers.get(repeats.REPLAYED), again.headers[repeats.REPLAYED]) == (None, "true")
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert len(program.get(path)["notes"]) == 1


def test_a_key_is_the_same_with_and_without_quotes(program, path):
    sent(program, "POST", f"{path}/notes", NOTE, key='"k1"')
    assert repeats.REPLAYED in sent(program, "POST", f"{path}/notes", NOTE, key="k1").headers


@pytest.mark.parametrize(
    ("method", "tail", "body", "more"),
    [
        ("POST", "/notes", {"body": "Other words."}, {}),
        ("POST", "/notes?x=1", NOTE, {}),
        ("POST", "/replies", NOTE, {}),
        ("PUT", "/closure", NOTE, {}),
        ("POST", "/notes", NOTE, {"Acting_For": "helper:maya"}),
    ],
)
def test_the_same_key_with_another_call_is_refused(program, path, method, tail, body, more):
    worlds.helper()
    sent(program, "POST", f"{path}/notes", NOTE, key="k1")
    before = program.get(path)
    answer = sent(program, method, f"{path}{tail}", body, key="k1", **more)
    assert (answer.status_code, answer.json()["type"]) == (409, "/v1/docs#problem-key-used")
    assert answer.json()["detail"].startswith("Idempotency-Key: 'k1' was sent with another")
    assert program.get(path) == before


def test_keys_belong_to_their_token(program, program_with, path):
    sent(program, "POST", f"{path}/notes", NOTE, key="k1")
    answer = sent(program_with(), "POST", f"{path}/notes", NOTE, key="k1")
    assert (answer.status_code, repeats.REPLAYED in answer.headers) == (201, False)
    assert len(program.get(path)["notes"]) == 2


def test_what_was_refused_may_be_put_right_under_its_key(program, path):
    assert sent(program, "POST", f"{path}/notes", {"body": ""}, key="k1").status_code == 422
    assert sent(program, "POST", f"{path}/replies", {"body": "You get 77.50 USD."}, key="k1").status_code == 422
    answer = sent(program, "POST", f"{path}/notes", NOTE, key="k1")
    assert (answer.status_code, repeats.REPLAYED in answer.headers) == (201, False)


def test_a_fault_of_ours_leaves_neither_effect_nor_answer(program, path, monkeypatch):
    monkeypatch.setattr(api.renderer, "render", lambda *_, **__: 1 / 0)
    assert sent(program, "POST", f"{path}/notes", NOTE, key="k1").status_code == 500
    monkeypatch.undo()
    assert program.get(path)["notes"] == []
    assert GivenAnswer.objects.count() == 0


def test_an_answer_is_kept_for_two_days(program, path):
    sent(program, "POST", f"{path}/notes", NOTE, key="k1")
    kept = GivenAnswer.objects.get()
    assert timedelta(hours=47) < kept.kept_until - system_now() <= answers.KEPT_FOR == timedelta(hours=48)
    assert answers.forget_old() == 0
    GivenAnswer.objects.update(kept_until=system_now())
    assert repeats.REPLAYED not in sent(program, "POST", f"{path}/notes", {"body": "New."}, key="k1").headers
    GivenAnswer.objects.update(kept_until=system_now())
    assert (answers.forget_old(), GivenAnswer.objects.count()) == (1, 0)


def test_a_secret_is_shown_once(program):
    token = {"name": "till", "scopes": ["read"]}
    first = sent(program, "POST", "/tokens", token, key="k1")
    again = sent(program, "POST", "/tokens", token, key="k1")
    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["type"] == "/v1/docs#problem-shown-once"
    assert GivenAnswer.objects.get().body is None
    assert ApiToken.objects.filter(name="till").count() == 1


@pytest.mark.parametrize("key", ["", '""', '"', "a b", '"a', "é", "k" * 256])
def test_keys_that_are_none(program, path, key):
    answer = sent(program, "POST", f"{path}/notes", NOTE, key=key)
    assert (answer.status_code, answer.json()["type"]) == (400, "/v1/docs#problem-idempotency-key")


def test_reading_needs_no_key(program, path):
    assert sent(program, "GET", path, key='"').status_code == 200


def test_a_put_and_a_delete_are_repeated_too(program):
    ada = {"name": "Ada", "zone": "UTC", "email": "a@b.example"}
    first = sent(program, "PUT", "/customers/ada", ada, key="k1")
    assert sent(program, "PUT", "/customers/ada", ada, key="k1").json() == first.json()
    token = program.post("/tokens", {"name": "till", "scopes": ["read"]})
    answers_ = [sent(program, "DELETE", f"/tokens/{token['id']}", key="k2") for _ in range(2)]
    assert [(each.status_code, each.content, repeats.REPLAYED in each.headers) for each in answers_] == [
        (204, b"", False),
        (204, b"", True),
    ]


def test_who_is_not_let_in_is_told_nothing(program, path):
    sent(program, "POST", f"{path}/notes", NOTE, key="k1")
    stranger = Client(headers={"Authorization": "Bearer mg_nobody"})
    answer = stranger.post(f"/v1{path}/notes", NOTE, content_type="application/json", headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 401


def test_a_repeat_while_the_first_still_runs_is_told_to_wait(committed_path):
    program, path = committed_path
    both_asked = threading.Event()

    def hold_the_case_until_both_have_asked():
        with transaction.atomic():
            Case.objects.select_for_update().get()
            assert both_asked.wait(20)

    def call():
        return sent(program, "PUT", f"{path}/closure", {"although_they_wait": True}, key="k1")

    def call_again():
        until(is_claimed, what="the first call has its key")
        answer = call()
        both_asked.set()
        return answer

    def call_once_the_case_is_held():
        until(is_held, what="the case is held")
        return call()

    _, first, second = at_once(hold_the_case_until_both_have_asked, call_once_the_case_is_held, call_again)
    assert (first.status_code, repeats.REPLAYED in first.headers) == (200, False)
    assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
    assert second.json()["type"] == "/v1/docs#problem-still-running"
    assert call().headers[repeats.REPLAYED] == "true"


def test_a_call_whose_process_was_killed_before_its_end_is_done_by_its_repeat(committed_path):
    program, path = committed_path
    is_held_by_us = threading.Event()

    def end_the_others_once_they_wait():
        with transaction.atomic():
            Case.objects.select_for_update().get()
            is_held_by_us.set()
            until(is_claimed, what="the call has its key")
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                    " AND pid <> pg_backend_pid() AND database ="
                    " (SELECT oid FROM pg_database WHERE datname = current_database())"
                )

    def call():
        assert is_held_by_us.wait(20)
        return sent(program, "POST", f"{path}/replies", {"body": "Thank you."}, key="k1")

    _, cut = at_once(end_the_others_once_they_wait, call)
    assert cut.status_code == 500
    assert (GivenAnswer.objects.count(), Message.objects.filter(news="reply").count()) == (0, 0)
    assert call().status_code == 201
    assert call().headers[repeats.REPLAYED] == "true"
    assert Message.objects.filter(news="reply").count() == 1
