"""A helper's words on a case: checked against the records, then sent, or not."""

import uuid
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from makegood.cases.actions import send_reply
from makegood.cases.notifications import draft_for
from makegood.cases.queries import case_of
from makegood.cases.truth_check import claims_in, overridden
from makegood.channels.queries import message_by_key
from makegood.faces.api.callers import ACT, READ, Call
from makegood.faces.api.messages import MessageOut, Words, with_concerns
from makegood.faces.api.routing import router
from makegood.faces.api.shapes import Shown, of
from makegood.kit import clock
from makegood.kit.records import Record, Reference
from makegood.replies.rules.claims import Claim, ClaimKind, Why
from makegood.replies.rules.parts import parts_in
from makegood.replies.rules.values import Part


class OverrideIn(Record):
    """Somebody answers for words that no record supports. Never for money that is said to be paid back."""

    reason: Annotated[str, Field(min_length=1, max_length=1000, description="Why; kept on the case.")]


class ReplyIn(Record):
    body: Words
    subject: Annotated[str, Field(max_length=200, description="The case's own where it is empty.")] = ""
    key: Reference | None = Field(default=None, description="The same key again is the same message.")
    override: OverrideIn | None = None


@router.post("/cases/{int:case}/replies", response={201: MessageOut}, auth=ACT)
def reply(request: Call, case: int, reply: ReplyIn) -> Any:
    """Send words on a case. They go if the records support all that they state, or somebody answers for the rest."""
    now = clock.now()
    reason = reply.override.reason if reply.override else ""
    override = overridden(case_of(case), reply.body, reason=reason, now=now, subject=reply.subject)
    key = f"reply/api:{request.auth.token.pk}/{reply.key or uuid.uuid4()}"
    send_reply(
        case_id=case,
        key=key,
        subject=reply.subject,
        body=reply.body,
        by=request.auth.actor,
        now=now,
        override=override,
    )
    return with_concerns([message_by_key(key)])[0]


class DraftOut(Schema):
    subject: Shown
    body: Shown = of("text")


@router.get("/cases/{int:case}/draft", response=DraftOut, auth=READ)
def draft(request: Call, case: int) -> Any:
    """A reply as the facts of now have it, for whoever acts to better."""
    name = request.auth.helper.name if request.auth.helper else ""
    return draft_for(case_of(case), helper_name=name, now=clock.now())


class CheckIn(Record):
    body: Words


class ClaimOut(Schema):
    """What the words state at [start:end], and the record that supports it, or comes nearest, and what that is about.

    Of an unsupported claim `why`; `may_override`: whether a reply may go all the same, with `override`.
    """

    start: int
    end: int
    text: str
    kind: ClaimKind
    supported: bool
    record: str | None
    about: str
    why: Why | None
    may_override: bool

    @staticmethod
    def resolve_record(claim: Claim) -> str | None:
        return claim.record if claim.supported else None


class CheckOut(Schema):
    """`parts`: which of the four a good reply has, these words have. `may_send`: whether every claim is supported."""

    claims: list[ClaimOut]
    parts: dict[Part, bool]
    may_send: bool


@router.post("/cases/{int:case}/reply-check", response=CheckOut, auth=READ)
def check(request: Call, case: int, reply: CheckIn) -> Any:
    """What words would claim and which parts they have; nothing is sent."""
    about = case_of(case)
    claims = claims_in(about, reply.body, now=clock.now())
    there = parts_in(reply.body, language=about.customer.language)
    return {
        "claims": claims,
        "parts": {part: part in there for part in Part},
        "may_send": all(claim.supported for claim in claims),
    }
