"""What goes wrong is said plainly, in the same look."""

import pytest
from django.test import Client, RequestFactory

from makegood.faces.account import mistakes


def words(response):
    return response.content.decode()


def test_there_is_no_such_page(client, db):
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "There is no such page" in words(response)
    assert 'href="/help"' in words(response)


def test_a_stale_form_says_that_nothing_was_done(db):
    response = Client(enforce_csrf_checks=True).post("/help", {"body": "hello"})
    assert response.status_code == 403
    assert "That took too long" in words(response)


def test_our_own_failure_needs_no_database(rf):
    response = mistakes.failed(rf.get("/orders"))
    assert response.status_code == 500
    assert "Something broke on our side" in words(response)


@pytest.mark.parametrize("path", ["/v1/nowhere", "/inlets/nowhere"])
def test_programs_are_told_in_their_own_form(path):
    response = mistakes.not_found(RequestFactory().get(path), Exception())
    assert response["Content-Type"] == "application/problem+json"
    assert response.status_code == 404
