"""What happens to cases."""

from dataclasses import dataclass

from makegood.journal.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFact(Fact):
    case_id: int

    @property
    def ordering_key(self) -> str:
        return f"case:{self.case_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(CaseFact):
    """A matter began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(CaseFact):
    """Its outcome is proven."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChanged(CaseFact):
    """Something about it that a helper would want to see at once: a note, an assignment, a reply."""
