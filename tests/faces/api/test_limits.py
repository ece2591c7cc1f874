"""How often a program may call, and what it is told about it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from makegood.faces.problems import MEDIA_TYPE
from makegood.kit.models import Bucket


@pytest.fixture
def few(settings):
    settings.API_CALLS_A_MINUTE = 3
    settings.API_STRANGERS_CALLS_A_MINUTE = 2


def test_every_answer_says_what_is_left(program, few):
    told = [program.client.get(path) for path in ("/v1/places", "/v1/orders/nothing")]
    assert [each.status_code for each in told] == [200, 404]
    assert [each.headers["RateLimit"][:12] for each in told] == ['"token";r=2;', '"token";r=1;']
    assert {each.headers["RateLimit-Policy"] for each in told} == {'"token";q=3;w=60'}


def test_too_many_calls_are_refused_until_there_is_time_again(program, few):
    for _ in range(3):
        program.get("/places")
    answer = program.client.put("/v1/places", "[]", content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, MEDIA_TYPE)
    assert answer.json()["type"] == "/v1/docs#problem-too-often"
    assert 10 <= int(answer.headers["Retry-After"]) <= 20  # 20 less what the machine took since the third call
    assert answer.headers["RateLimit"].startswith('"token";r=0;t=')
    Bucket.objects.update(full_at=F("full_at") - timedelta(seconds=20))
    program.get("/places")
    program.get("/places", status=429)


def test_each_token_has_its_own(program, program_with, few):
    for _ in range(3):
        program.get("/places")
    program.get("/places", status=429)
    program_with().get("/places")


def test_strangers_are_counted_by_their_machine(program, few):
    stranger = Client(headers={"Authorization": "Bearer mg_guess"})
    assert [stranger.get("/v1/places").status_code for _ in range(3)] == [401, 401, 429]
    assert stranger.get("/v1/places", REMOTE_ADDR="192.0.2.9").status_code == 401
    program.get("/places")


def test_no_limit_is_told_nowhere(program, settings):
    settings.API_CALLS_A_MINUTE = 0
    assert "RateLimit" not in program.client.get("/v1/places").headers
    assert not Bucket.objects.exists()
