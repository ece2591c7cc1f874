"""How we say no to programs: its kinds are public, so none is lost, and none is renamed."""

import json
from typing import Any

import makegood.money.actions  # noqa: F401  no address speaks of the ledger yet, so nothing else loads it
from makegood.faces.api.document import document
from makegood.faces.problems import kinds, problem_of
from makegood.kit.answers import StillRunning
from makegood.kit.errors import Conflict, Forbidden, Invalid, NotNow, Refusal, kinds_of_refusal
from makegood.kit.rows import BadRows, RowError
from makegood.parcels.rules.numbers import BadTrackingNumber
from makegood.policies.rules.values import RemedyKind
from makegood.remedies.actions import NotPossibleNow

# Slug, status and title of each. A line may be added; one that was ever published stays as it is.
PUBLISHED = {
    ("acting-for", 403, "Nobody can be acted for like this"),
    ("already-made-good", 409, "It was made good already"),
    ("announced-otherwise", 409, "The dispatch left as another parcel"),
    ("ask-first", 409, "Ask the customer first"),
    ("bad-rows", 422, "Some rows can't be taken, so none was"),
    ("beyond-authority", 403, "Beyond your authority"),
    ("case-closed", 409, "The case is closed"),
    ("customer-waits", 409, "The customer still waits for us"),
    ("changed-meanwhile", 412, "It is not as you saw it any more"),
    ("clock-back", 409, "The clock never goes back"),
    ("conflict", 409, "Somebody else was writing the same; send it again"),
    ("address-of-another", 409, "Another customer has that address"),
    ("contact-known", 409, "A customer has that address"),
    ("dealt-with", 409, "Somebody has dealt with it already"),
    ("dismissal-without-reason", 422, "A dismissal needs its reason"),
    ("fewer-said", 409, "More were said to be missing before"),
    ("not-that-many-to-pack", 409, "Not so many of it wait to be packed"),
    ("something-followed", 409, "Something was done about it already"),
    ("fault", 500, "Something is broken on our side"),
    ("hearing", 422, "We can't have heard from a carrier then"),
    ("quiet-start", 422, "The shop can't be quiet until then"),
    ("not-pending", 409, "The transfer is not pending"),
    ("not-learning", 409, "The shop has begun already"),
    ("idempotency-key", 400, "The key can't be one"),
    ("insufficient-balance", 409, "There is not so much left"),
    ("invalid", 422, "Something in the request can't be taken"),
    ("key-known", 409, "The key was used for another message"),
    ("key-used", 409, "The key was used for another call"),
    ("left-already", 409, "Where it goes can't be changed any more"),
    ("method", 405, "This address does not take this method"),
    ("money-matched", 409, "Somebody has said whose money it is"),
    ("match-taken-back", 409, "The match was taken back before"),
    ("never-matched", 409, "Nobody has said whose money it is"),
    ("went-on", 409, "Some of this money went on"),
    ("free-changed", 409, "Something else is free now than was seen"),
    ("nothing-free", 409, "There is nothing to draw"),
    ("no-version", 412, "There is no version to compare"),
    ("not-found", 404, "There is no such thing"),
    ("not-let-in", 401, "No valid token"),
    ("not-possible-now", 409, "This remedy is not possible now"),
    ("not-left-yet", 409, "The dispatch has not left yet"),
    ("nothing-lost", 409, "There is nothing to make good"),
    ("nothing-to-undo", 409, "It can't be undone"),
    ("nothing-said", 422, "There are no words"),
    ("number-of-earlier-parcel", 409, "The number is of a parcel that left before"),
    ("stopped-before", 409, "It was dealt with before"),
    ("offer-changed", 409, "The remedy is not as it was seen any more"),
    ("only-a-lead", 403, "Only a lead may do this"),
    ("promise-closed", 409, "The promise is closed"),
    ("reaction-gone", 409, "There is no such reaction any more; let it go"),
    ("refund-done", 409, "The money was paid back before"),
    ("revision", 422, "A promise can't be moved there"),
    ("scope", 403, "The token's scopes don't allow this"),
    ("shown-once", 409, "It was done, and its answer is shown once"),
    ("merged-before", 409, "This order is part of another one"),
    ("not-allowed", 409, "The shop does not allow this change now"),
    ("settled-before", 409, "This was settled before"),
    ("nothing-to-refund", 409, "There is nothing to pay back"),
    ("more-than-it-cost", 409, "It did not cost so much, or went back before"),
    ("not-so-much-left", 409, "There is not so much left of it"),
    ("returned-before", 409, "The bank took it back before"),
    ("nothing-there", 409, "Nothing of this money is there"),
    ("not-convertible", 409, "This money can't be converted any more"),
    ("gateway-sends-it", 409, "The gateway makes this refund"),
    ("nothing-to-reconcile", 409, "No gateway is set up"),
    ("gateway-away", 503, "The gateway can't be reached"),
    ("no-gateway", 409, "No gateway is set up"),
    ("dispute-answered", 409, "The dispute was answered before"),
    ("dispute-takes-no-answer", 409, "The dispute takes no answer any more"),
    ("paid-meanwhile", 503, "An order was paid with this money a moment ago"),
    ("policy-changed", 409, "The policy was changed meanwhile"),
    ("still-running", 409, "The same call is still running"),
    ("stock-short", 409, "There are not that many units any more"),
    ("too-busy", 503, "Too much is being sent at once"),
    ("too-large", 413, "The body is too large"),
    ("too-many-waiting", 503, "Too many messages are waiting"),
    ("too-often", 429, "Too many calls"),
    ("too-slow", 408, "The body came too slowly"),
    ("unknown-carrier", 422, "No carrier that we know is called that"),
    ("tracking-number", 422, "The carrier can't have issued this number"),
    ("unreadable", 400, "The request can't be read"),
    ("unreadable-scan", 422, "What the carrier sent can't be understood"),
    ("unstorable", 422, "The request holds text or a number that can't be stored"),
    ("unsupported-words", 422, "The words state what no record supports"),
    ("version-needed", 428, "Say which version you are changing"),
}

BARE = {Refusal, Invalid, Forbidden, Conflict, NotNow}


def descendants(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind}.union(*(descendants(each) for each in kind.__subclasses__()))


def test_every_kind_of_problem_is_the_published_one() -> None:
    document()  # Loads every room.
    assert kinds() == PUBLISHED


def test_every_refusal_of_a_room_says_what_kind_it_is() -> None:
    document()
    assert descendants(Refusal) - kinds_of_refusal() == BARE


def answered(error: Exception) -> dict[str, Any]:
    problem = problem_of(error)
    assert problem is not None
    answer = problem.response()
    wait = {"wait": answer["Retry-After"]} if "Retry-After" in answer else {}
    body = json.loads(answer.content)
    return {key: value for key, value in body.items() if key not in ("type", "title")} | wait


def test_a_refusal_is_answered_with_its_own_words_fields_and_members() -> None:
    again, refund = RemedyKind.SEND_AGAIN, RemedyKind.REFUND
    assert answered(NotPossibleNow(again, [refund])) == {
        "status": 409,
        "detail": "remedy: send_again is not possible now; possible: refund",
        "possible": ["refund"],
    }
    assert answered(BadTrackingNumber("1Z", "it is too short")) == {
        "status": 422,
        "detail": "'1Z': it is too short",
        "errors": [{"field": "number", "reason": "it is too short"}],
    }
    assert answered(BadRows([RowError(index=2, field="sku", reason="unknown")])) == {
        "status": 422,
        "detail": "Some rows can't be taken, so none was",
        "errors": [{"index": 2, "field": "sku", "reason": "unknown"}],
    }
    assert answered(StillRunning()) == {
        "status": 409,
        "detail": "a call with this key is still running; send it again in a second",
        "wait": "1",
    }
