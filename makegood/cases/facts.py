"""What happens to cases."""

from makegood.journal.facts import Fact


class CaseFact(Fact, of="case"):
    case_id: int


class CaseOpened(CaseFact):
    """A matter began."""


class CaseClosed(CaseFact):
    """Its outcome is proven."""


class CaseChanged(CaseFact):
    """Something about it that a helper would want to see at once: a note, an assignment, a reply."""


class ShopBegan(Fact):
    """A shop that was learning began to write by itself: its customer is 0. `by`: who let it, `through` which token."""

    by: str
    through: int

    @property
    def ordering_key(self) -> str:
        return "shop"


class UnmatchedChanged(Fact, of="unmatched"):
    """Words came that nobody could be matched to, or somebody dealt with them; whose they are is not known."""

    unmatched_id: int
