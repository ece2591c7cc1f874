"""The lists on which something is done: picking, matching words, parked reactions, authority, the demo's pages."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from makegood.cases.making_good import make_good
from makegood.cases.matching import create_unmatched_message
from makegood.cases.models import Case, CaseMessage, UnmatchedMessage
from makegood.channels.models import Message
from makegood.faces.desk.picking import LARGEST_FILE
from makegood.faces.desk.stuck_work import STANDS_STILL
from makegood.faces.words import instant
from makegood.journal.actions import dead_letter
from makegood.journal.models import DeadLetter, FactRow
from makegood.journal.registry import REACTIONS
from makegood.kit import clock
from makegood.parcels.models import Dispatch, DispatchNotice
from makegood.policies.reading import SHIPPED
from makegood.policies.rules.values import RemedyKind
from makegood.staff.models import Helper
from tests import worlds


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


GOOD, BAD = worlds.number_of(77), worlds.number_of(77)[:-1] + "x"


@pytest.fixture
def case(db) -> Case:
    worlds.open_shop()
    worlds.customer()
    worlds.lost()
    worlds.settle()
    return Case.objects.get()


@pytest.fixture
def dispatch(case: Case) -> Dispatch:
    make_good(case_id=case.pk, kind=RemedyKind.SEND_AGAIN, by=worlds.LEAD, now=clock.now())
    worlds.settle()
    return Dispatch.objects.get()


def test_a_place_says_that_it_sent(desk: Client, dispatch: Dispatch) -> None:
    page = desk.get("/desk/pick-list").content.decode()
    for words in ("Reno", "Field Notes on Birds", "12 Orchard Street", "Express"):
        assert words in page
    answer = desk.post(f"/desk/pick-list/{dispatch.pk}/parcel", {"carrier": "usps", "number": GOOD})
    assert answer["Location"] == f"/desk/pick-list?sent={GOOD}"
    dispatch.refresh_from_db()
    assert dispatch.state == "announced"
    assert "Nothing to send." in desk.get("/desk/pick-list").content.decode()


def test_a_wrong_digit_is_said_at_its_field_and_stays(desk: Client, dispatch: Dispatch) -> None:
    wrong = GOOD[:-1] + str((int(GOOD[-1]) + 1) % 10)
    answer = desk.post(f"/desk/pick-list/{dispatch.pk}/parcel", {"carrier": "usps", "number": wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{wrong}" aria-invalid="true" aria-describedby="problem-{dispatch.pk}"' in page
    assert f'<p id="problem-{dispatch.pk}"' in page


def test_announcing_twice_is_once_and_otherwise_is_refused(desk: Client, dispatch: Dispatch) -> None:
    address = f"/desk/pick-list/{dispatch.pk}/parcel"
    answers = [desk.post(address, {"carrier": "usps", "number": GOOD}).status_code for _ in range(2)]
    other = desk.post(address, {"carrier": "usps", "number": worlds.number_of(78)})
    assert (answers, other.status_code) == ([302, 302], 422)


@pytest.fixture
def words(case: Case) -> UnmatchedMessage:
    return create_unmatched_message(
        name="A", address="ADA@marsh.example", order_reference="100", body="Where?", language="en", now=clock.now()
    )


def test_words_are_taken_to_whoever_is_suggested(desk: Client, words: UnmatchedMessage) -> None:
    page = desk.get("/desk/unmatched").content.decode()
    assert "These are Ada Marsh’s" in page
    assert "their address and their order" in page
    address = f"/desk/unmatched/{words.pk}/customer"
    answer = desk.post(address, {"customer": "ada"})
    words.refresh_from_db()
    assert words.taken_to is not None
    assert answer["Location"] == f"/desk/cases/{words.taken_to.pk}"
    assert CaseMessage.objects.filter(case=words.taken_to, message__body="Where?").count() == 1
    assert desk.post(address, {"customer": "ada"}).status_code == 409


def test_an_order_alone_suggests_too_and_says_how_little_that_is(desk: Client, case: Case) -> None:
    create_unmatched_message(
        name="", address="x@else.example", order_reference="100", body="?", language="en", now=clock.now()
    )
    page = desk.get("/desk/unmatched").content.decode()
    assert "names their order, writes from another address" in page
    # Naming an order proves nothing: no button bids a helper to believe it.
    assert '<button class="btn btn-sm ">These are Ada Marsh’s</button>' in page


def test_words_whose_writer_gives_no_address_say_so(desk: Client, case: Case) -> None:
    create_unmatched_message(name="", address="", order_reference="100", body="?", language="en", now=clock.now())
    page = desk.get("/desk/unmatched").content.decode()
    assert "names their order; who wrote gives no address" in page
    assert "another address" not in page


def test_an_unknown_customer_is_said(desk: Client, words: UnmatchedMessage) -> None:
    answer = desk.post(f"/desk/unmatched/{words.pk}/customer", {"customer": "nobody"})
    assert answer.status_code == 422
    assert "There is no customer of that number" in answer.content.decode()


def test_dismissing_words_wants_a_reason(desk: Client, words: UnmatchedMessage) -> None:
    address = f"/desk/unmatched/{words.pk}/dismissal"
    assert desk.post(address, {"reason": ""}).status_code == 422
    assert desk.post(address, {"reason": "spam"}).status_code == 302
    words.refresh_from_db()
    assert words.dismissed_reason == "spam"


@pytest.fixture
def parked(case: Case) -> DeadLetter:
    fact = FactRow.objects.order_by("-id")[0]
    dead_letter(fact_id=fact.pk, reaction="cases.look_after_parcels", error=ValueError("<b>it went wrong</b>"))
    return DeadLetter.objects.get()


def test_a_parked_reaction_is_shown_and_tried_again(desk: Client, parked: DeadLetter) -> None:
    page = desk.get("/desk/stuck-work").content.decode()
    plain, details = page.split("Details for the operator")
    assert "A parcel’s trouble is not looked after" in plain
    assert f'For <a class="link" href="/desk/cases/{Case.objects.get().pk}">Ada Marsh</a>.' in plain
    assert f"since {instant(parked.fact.happened_at, Helper.objects.get().zone)}" in plain
    assert "cases.look_after_parcels" not in plain
    assert "cases.look_after_parcels" in details
    assert "&lt;b&gt;it went wrong" in details
    address = f"/desk/stuck-work/{parked.pk}/retry"
    assert [desk.post(address).status_code for _ in range(2)] == [302, 409]


def test_whatever_may_stand_still_has_its_words() -> None:
    assert set(STANDS_STILL) == set(REACTIONS.by_name)


def test_letting_it_go_wants_a_reason(desk: Client, parked: DeadLetter) -> None:
    address = f"/desk/stuck-work/{parked.pk}/dismissal"
    assert desk.post(address, {"reason": " "}).status_code == 422
    assert desk.post(address, {"reason": "done by hand"}).status_code == 302
    parked.refresh_from_db()
    assert (parked.resolution, parked.reason) == ("dismissed", "done by hand")


def test_who_may_grant_what_is_read_by_everybody_who_helps(desk: Client) -> None:
    page = text_of(desk.get("/desk/authority"))
    assert "A sensible shop" in page
    assert "Send again 150.00 USD 500.00 USD 500.00 USD no limit" in page
    assert "Credit – 50.00 USD 50.00 USD no limit" in page
    assert "Of what one customer is granted in 30 days, whoever grants it: no more than 450.00 USD." in page
    assert "It was due more than half a year ago" in page
    assert desk.post("/desk/authority").status_code == 405


def test_where_no_policy_has_begun_it_says_so(desk: Client, settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "later.toml"
    file.write_text(SHIPPED.read_text().replace("2000-01-01", "2040-01-01"))
    settings.POLICY = str(file)
    assert "nobody may grant anything" in text_of(desk.get("/desk/authority"))


@pytest.mark.parametrize("address", ["/desk/mailbox", "/desk/demo"])
def test_the_demo_is_only_there_in_the_demo(desk: Client, settings, address: str) -> None:
    assert desk.get(address).status_code == 404
    settings.DEMO = True
    assert desk.get(address).status_code == 200


def test_answering_a_mail_as_its_customer(desk: Client, case: Case, settings) -> None:
    settings.DEMO = True
    mail = worlds.letters()[0]
    page = desk.get("/desk/mailbox").content.decode()
    assert mail.subject in page
    assert '<a href="http' in page
    words = {"body": "Send it again, please", "key": "k1"}
    for _ in range(2):
        assert desk.post(f"/desk/mailbox/{mail.pk}/answer", words).status_code == 302
    answer = Message.objects.get(direction="in")
    assert (answer.in_reply_to, answer.via, answer.body) == (mail.message_id, "email", "Send it again, please")
    assert desk.post(f"/desk/mailbox/{mail.pk}/answer", {"body": ""}).status_code == 422


@pytest.mark.parametrize(("step", "hours"), [("hour", 1), ("day", 24), ("three-days", 72), ("morning", 24)])
def test_the_clock_is_moved_on(desk: Client, case: Case, settings, step: str, hours: int) -> None:
    settings.DEMO = True
    before = clock.now()
    assert desk.post("/desk/demo/clock", {"step": step}).status_code == 302
    passed = clock.now() - before
    assert timedelta(hours=hours) <= passed < timedelta(hours=hours, minutes=5)
    assert not clock.is_frozen()
    assert desk.post("/desk/demo/clock", {"step": "back"}).status_code == 400


@pytest.mark.parametrize("words", ["100", "Marsh", "ada@marsh.example", worlds.number_of(1), "Lost"])
def test_search_finds_by(desk: Client, case: Case, words: str) -> None:
    page = desk.get("/desk/search", {"q": words}).content.decode()
    assert "Ada Marsh" in page or words == "Lost"


@pytest.mark.parametrize("words", ["", " ", "\0", "%", "'; drop table", "x" * 5000, "9" * 200])
def test_search_takes_anything(desk: Client, case: Case, words: str) -> None:
    assert desk.get("/desk/search", {"q": words}).status_code == 200


def test_the_pick_list_is_a_file_as_well(desk: Client, dispatch: Dispatch) -> None:
    link = f"/desk/pick-list/{dispatch.place_id}.csv"
    assert link in desk.get("/desk/pick-list").content.decode()
    assert f"D{dispatch.pk},100," in desk.get(link).content.decode()
    assert desk.get("/desk/pick-list/99999.csv").status_code == 404


def test_a_file_of_what_left_is_taken_row_by_row(desk: Client, dispatch: Dispatch) -> None:
    def upload(text: str | bytes):
        raw = text.encode() if isinstance(text, str) else text
        return desk.post("/desk/pick-list/announcements", {"file": SimpleUploadedFile("left.csv", raw)})

    answer = upload(f"dispatch;carrier;number\nD{dispatch.pk};usps;{GOOD}\nD999;usps;{GOOD}\n;usps;{GOOD}\n")
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("1 parcel announced", "Line 3: dispatch: ", "Line 4: dispatch: it is missing"):
        assert words in page
    dispatch.refresh_from_db()
    assert dispatch.state == "announced"
    assert upload(f"dispatch,carrier,number\n{dispatch.key},usps,{GOOD}\n").status_code == 200
    for bad in ("", b"\xff\xfe", "x" * (LARGEST_FILE + 1)):
        assert upload(bad).status_code == 422
    assert desk.post("/desk/pick-list/announcements").status_code == 422


def test_what_a_places_system_would_not_take_is_told_again(desk: Client, dispatch: Dispatch) -> None:
    notice = DispatchNotice.objects.create(
        dispatch=dispatch, customer=dispatch.customer, kind="requested", key="k", state="given_up", attempts=10
    )
    page = desk.get("/desk/pick-list").content.decode()
    assert "Not taken by the place" in page
    address = f"/desk/pick-list/notices/{notice.pk}/retry"
    assert desk.post(address).status_code == 302
    assert desk.post(address).status_code == 409
    assert desk.post("/desk/pick-list/notices/99999/retry").status_code == 404
    notice.refresh_from_db()
    assert notice.state == "waiting"
