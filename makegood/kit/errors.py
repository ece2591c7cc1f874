"""The ways in which we say no to whoever asked: what the rooms raise derives from one of these.

A room's exception names its kind for programs by a `slug` that never changes, and for people by a `title`; what is
wrong this time is in its message. How a face says it, with which status or on which page, is the face's own matter.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class Refusal(Exception):
    """Somebody asked for what can't be had. Raise one of the kinds below."""

    slug: ClassVar[str]
    title: ClassVar[str]
    # Where the same may be asked again at once, after so many seconds.
    retry_after_seconds: ClassVar[int | None] = None

    @property
    def detail(self) -> str:
        """What is wrong this time, for people."""
        return str(self)

    @property
    def fields(self) -> Sequence[Mapping[str, object]]:
        """Each field that can't be taken, with its reason."""
        return ()

    @property
    def members(self) -> Mapping[str, object]:
        """What programs are told besides."""
        return {}


class Invalid(Refusal):
    """Something in what was sent can't be taken, whenever it is sent."""


class InvalidField(Invalid):
    """One field of it."""

    slug, title = "invalid", "Something in the request can't be taken"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason

    @property
    def fields(self) -> Sequence[Mapping[str, object]]:
        return ({"field": self.field, "reason": self.reason},)


class Forbidden(Refusal):
    """Whoever asks may not."""


class Conflict(Refusal):
    """It can't be done as things stand now."""


class NotNow(Refusal):
    """We have too much to do; later it can be had."""


class IdempotencyConflict(Conflict):
    """A key seen again must mean the same (law 6)."""

    slug, title = "key-known", "The key was used for another message"


class AlreadyResolved(Conflict):
    """Somebody else has done or dismissed it."""

    slug, title = "dealt-with", "Somebody has dealt with it already"


class DismissalWithoutReason(InvalidField):
    """What is let go for good needs its reason."""

    slug, title = "dismissal-without-reason", "A dismissal needs its reason"

    def __init__(self, reason: str) -> None:
        super().__init__("reason", reason)


def kinds_of_refusal(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    """Every kind that has a slug, of all modules that are loaded."""
    named = {kind} if hasattr(kind, "slug") else set()
    return named.union(*(kinds_of_refusal(each) for each in kind.__subclasses__()))
