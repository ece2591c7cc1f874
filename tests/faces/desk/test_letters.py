"""Mail on a case: their own words first, all else within reach; letters that came back say why and what to do now."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from makegood.channels.addresses import reply_address
from makegood.channels.mails.failures import HARD, Reason
from makegood.faces.desk.failures import REASONS
from tests import worlds
from tests.faces.desk.letters import case_of_letters
from tests.mails import arrives, parts

HERE = {"host": "127.0.0.1:8000"}


@pytest.fixture
def page(desk):
    worlds.open_shop()
    case = case_of_letters()
    return desk.get(f"/desk/cases/{case.pk}", headers=HERE).content.decode()


def words_of(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_their_own_words_come_first_and_the_rest_is_folded(page):
    words = words_of(page)
    assert (
        "They wrote by e-mail: From ada.marsh@work.example, which is not an address of theirs. "
        "The box was open when it came, see the picture."
    ) in words
    (quoted,) = re.findall(r'<details id="quoted-\d+"[^>]*>.*?</details>', page, re.DOTALL)
    assert "Your parcel is on its way" in quoted
    assert ("/enter/…" in quoted, "WzFd" in page) == (True, False)
    (signature,) = re.findall(r'<details id="signature-\d+"[^>]*>.*?</details>', page, re.DOTALL)
    assert "Quay 3, Portland" in signature
    assert not re.search(r"<details id=[^>]* open", page)


def test_files_are_named_by_what_their_bytes_are(page):
    (files,) = re.findall(r'aria-label="What came with it">(.*?)</ul>', page, re.DOTALL)
    rows = [words_of(row) for row in files.split("<li")[1:]]
    assert [row.partition("> ")[2].replace("\xa0", " ") for row in rows] == [
        "the box.png PNG picture, 70 bytes",
        "invoice.pdf program, 904 bytes Opening it can run somebody else’s code.",
        "list.csv plain text, 18 bytes",
    ]
    assert re.findall(r'href="(/desk/attachments/)\d+"', files) == ["/desk/attachments/"] * 3


def test_html_waits_in_a_sandbox(page):
    (frame,) = re.findall(r"<iframe[^>]*>", page)
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    assert 'loading="lazy"' in frame
    assert 'referrerpolicy="no-referrer"' in frame
    assert re.search(r'src="/desk/mails/\d+/formatted"', frame)


def test_what_programs_wrote_is_quiet_and_complaints_are_said(page):
    words = words_of(page)
    assert "A program answered for them; nobody waits for an answer. Read it I am away until Monday." in words
    assert "Their mail host reports that they called “Your question” spam. Write to them only about" in words


def test_a_letter_that_came_back_leads(page, desk):
    words = words_of(page)
    lost = "“Your parcel” did not arrive at ada@marsh.example: the address does not exist. Writing there again will"
    assert "Our letter did not arrive: the address does not exist" in words
    assert lost in words
    assert "ada@marsh.example mail to it comes back" in words
    assert "at ada@marsh.example, for good: the address does not exist. Their mail host said: 5.1.1 550" in words
    assert "Our letter did not arrive: the address does not exist" in words_of(desk.get("/desk/inbox").content.decode())
    assert "Came back : the address does not exist" in words_of(desk.get("/desk/messages").content.decode())


def test_every_reason_has_its_words():
    assert set(Reason) - set(REASONS) == {Reason.DELIVERED, Reason.COMPLAINT, Reason.UNKNOWN}
    assert set(REASONS) >= HARD


def test_the_desk_runs_its_own_code_alone(page, desk: Client):
    policy = desk.get("/desk/", headers=HERE)["Content-Security-Policy"]
    assert "script-src" not in policy
    assert policy.startswith("default-src 'self'; ")
    assert "unsafe-eval" not in policy
    assert "frame-src 'self' http://files.localhost:8000;" in policy
    assert "frame-ancestors 'none'" in policy


def test_more_mails_cost_no_more_queries(desk):
    worlds.open_shop()
    case = case_of_letters()

    def cost():
        with CaptureQueriesContext(connection) as asked:
            desk.get(f"/desk/cases/{case.pk}", headers=HERE)
        return len(asked)

    to = reply_address(customer_id=case.customer_id, case_number=case.pk)

    def another():
        arrives(parts("Again", html="<p>Again</p>", files=[("a.txt", "text/plain", b"x")]), to=(to,))

    # The first answer makes another draft of it.
    another()
    one = cost()
    another()
    another()
    assert cost() == one
