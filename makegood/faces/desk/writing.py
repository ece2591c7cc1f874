"""A letter as it stands in the form, and what the records say of each of its words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from makegood.cases.models import Case
from makegood.cases.notifications import draft_for
from makegood.cases.truth_check import claims_in
from makegood.faces.desk.frame import form_key
from makegood.replies.rules.claims import Claim, ClaimKind, Why
from makegood.replies.rules.parts import parts_in
from makegood.replies.rules.truth import unsupported
from makegood.replies.rules.values import Part
from makegood.staff.models import Helper

PARTS = {
    Part.ACKNOWLEDGEMENT: gettext_lazy("sorry"),
    Part.TRUTH: gettext_lazy("truth"),
    Part.REMEDY: gettext_lazy("remedy"),
    Part.COME_BACK: gettext_lazy("come back"),
}
WHY = {
    Why.OF_ANOTHER: gettext_lazy("on record for something else: %(about)s (%(record)s)"),
    Why.NOT_DONE: gettext_lazy("no record says that it is done"),
    Why.NOT_SO: gettext_lazy("on record as something else: %(record)s"),
    Why.UNCLEAR: gettext_lazy("nothing tells whether this is about their orders"),
    Why.NO_RECORD: gettext_lazy("no record says so"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a letter, and the claim that it makes, if it makes one."""

    text: str
    claim: Claim | None = None

    @property
    def record_words(self) -> str:
        """What our records say of it: what supports it, or why nothing does."""
        if self.claim is None:
            return ""
        if not self.claim.supported:
            return why_words(self.claim)
        record = self.claim.record or ""
        return f"{record} · {self.claim.about}" if self.claim.about and self.claim.about not in record else record


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A text in pieces, which of the four parts it has, and what no record supports."""

    pieces: Sequence[Piece]
    parts: Sequence[tuple[str, bool]]
    wrong: Sequence[Claim]

    @property
    def may_override(self) -> bool:
        """Whether somebody may answer for what has no record."""
        return all(claim.may_override for claim in self.wrong)

    @property
    def claims(self) -> list[Claim]:
        return [piece.claim for piece in self.pieces if piece.claim]

    @property
    def lacking(self) -> str:
        """As in "1 date, 2 sums without a record"."""
        counted = Counter(claim.kind for claim in self.wrong)
        listed = ", ".join(_counted(kind, count) for kind, count in sorted(counted.items()))
        return _("%(things)s without a record") % {"things": listed} if listed else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the reply's form holds. `key` makes sending it twice one message."""

    key: str
    subject: str
    body: str
    checked: Checked


def letter_for(case: Case, *, helper: Helper, now: datetime) -> Letter:
    """The letter drafted from the facts of now, in the customer's language."""
    draft = draft_for(case, helper_name=helper.name, now=now)
    return letter_as_typed(case, key="", subject=draft.subject, body=draft.text, now=now)


def letter_as_typed(case: Case, *, key: str, subject: str, body: str, now: datetime) -> Letter:
    found = checked(case, body, now=now, subject=subject)
    return Letter(key=key or form_key(), subject=subject, body=body, checked=found)


def checked(case: Case, text: str, *, now: datetime, subject: str = "") -> Checked:
    """What the records say of a text for this case's customer; its subject says what it is about."""
    claims = claims_in(case, text, now=now, subject=subject)
    heard = parts_in(text, language=case.customer.language)
    return Checked(
        pieces=tuple(_pieces(text, claims)),
        parts=tuple((str(words), part in heard) for part, words in PARTS.items()),
        wrong=unsupported(claims),
    )


def _pieces(text: str, claims: Sequence[Claim]) -> Iterator[Piece]:
    done = 0
    for claim in claims:
        if claim.start > done:
            yield Piece(text[done : claim.start])
        yield Piece(text[claim.start : claim.end], claim)
        done = claim.end
    if done < len(text):
        yield Piece(text[done:])


def why_words(claim: Claim) -> str:
    """Why a claim has no support, for the helper."""
    return str(WHY[claim.why or Why.NO_RECORD]) % {"record": claim.record or "", "about": claim.about}


def _counted(kind: ClaimKind, count: int) -> str:
    words = {
        ClaimKind.DATE: ngettext("%(count)s date", "%(count)s dates", count),
        ClaimKind.TIME: ngettext("%(count)s time", "%(count)s times", count),
        ClaimKind.SUM: ngettext("%(count)s sum", "%(count)s sums", count),
        ClaimKind.NUMBER: ngettext("%(count)s number", "%(count)s numbers", count),
        ClaimKind.DEED: ngettext("%(count)s thing done", "%(count)s things done", count),
    }
    return words[kind] % {"count": count}
