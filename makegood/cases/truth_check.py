"""Words for a case, held against the records before they go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.cases.evidence_of_customer import records_for
from makegood.cases.models import Case
from makegood.kit.errors import Invalid
from makegood.kit.instants import local_day, zone_named
from makegood.replies.rules.claims import Claim
from makegood.replies.rules.prices import may_be_titles
from makegood.replies.rules.truth import check, unsupported


class UnsupportedWords(Invalid):
    """The words state something our records don't support, so they are not sent."""

    slug, title = "unsupported-words", "The words state what no record supports"

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = tuple(claim.text for claim in claims)
        self.found = tuple(claims)
        self.may_override = all(claim.may_override for claim in claims)
        super().__init__(f"body: no record supports {', '.join(self.claims)}; put it right or take it out")

    @property
    def fields(self) -> Sequence[Mapping[str, object]]:
        return [{"field": "body", "reason": f"no record supports “{claim}”"} for claim in self.claims]


@dataclass(frozen=True, slots=True)
class Override:
    """Words that go without a record, and why somebody answers for them."""

    claims: tuple[Claim, ...]
    reason: str


def overridden(case: Case, text: str, *, reason: str, now: datetime, subject: str = "") -> Override | None:
    """Check a person's words, who answers for what has no record with a `reason`; None where all has its record.

    That money was paid back can't be answered for: pay it back, and it has its record.

    Raises:
        UnsupportedWords: there is no reason, or it is about money that was never paid back.
    """
    wrong = unsupported(claims_of(case, text, now=now, subject=subject))
    if not wrong:
        return None
    if not reason.strip() or not all(claim.may_override for claim in wrong):
        raise UnsupportedWords(wrong)
    return Override(claims=wrong, reason=reason.strip())


def check_words(case: Case, text: str, *, now: datetime, subject: str = "", letter: Collection[int] = ()) -> None:
    """Refuse words that state a date, a sum, a number or a deed no record supports.

    Raises:
        UnsupportedWords: they do.
    """
    wrong = unsupported(claims_of(case, text, now=now, subject=subject, letter=letter))
    if wrong:
        raise UnsupportedWords(wrong)


def claims_in(case: Case, text: str, *, now: datetime, subject: str = "") -> tuple[Claim, ...]:
    """What the words of a body state, each with its record; the subject before them says what they are about."""
    return tuple(claim for claim in claims_of(case, text, now=now, subject=subject) if claim.start >= 0)


def claims_of(
    case: Case, text: str, *, now: datetime, subject: str = "", letter: Collection[int] = ()
) -> tuple[Claim, ...]:
    """The claims of a whole letter. Places count from the body's beginning, so those of the subject are below nought.

    `letter` are the ids of the deliveries that it is about, where that is known; else it is what the case gathers.
    """
    customer, before = case.customer, f"{subject}\n\n" if subject else ""
    words = f"{before}{text}"
    claims = check(
        words,
        records=records_for(customer, case=case, now=now, letter=letter, named=may_be_titles(words)),
        language=customer.language,
        today=local_day(now, zone_named(customer.zone)),
    )
    return tuple(claim.moved(-len(before)) for claim in claims)
