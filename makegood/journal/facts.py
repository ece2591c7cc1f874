"""What a fact is: a frozen dataclass in the past tense that holds ids, never names, addresses or words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, dataclass_transform

from pydantic import TypeAdapter

Content = dict[str, Any]
Upcaster = Callable[[Content], Content]


@dataclass_transform(frozen_default=True, kw_only_default=True)
class _Dataclass:
    def __init_subclass__(cls, **_: Any) -> None:
        dataclass(frozen=True, kw_only=True)(cls)


class Fact(_Dataclass):
    """Something that happened to one customer. Whatever derives from it is a frozen dataclass by itself.

    Reactions to facts of one `ordering_key` are run in their order: of one customer, or of what `of` names, as in
    `class OrderFact(Fact, of="order")`, whose facts hold an `order_id`.

    A fact is never changed, so a kind whose fields change becomes a new `version`, and keeps an upcaster for each one
    before it: what makes the content of version n one of version n + 1. tests/journal/examples holds one of each.
    """

    customer_id: int

    kinds: ClassVar[dict[str, type["Fact"]]] = {}
    version: ClassVar[int] = 1
    upcasters: ClassVar[Mapping[int, Upcaster]] = {}
    of: ClassVar[str] = "customer"

    def __init_subclass__(cls, of: str = "", **_: Any) -> None:
        super().__init_subclass__()
        cls.of = of or cls.of
        if set(cls.upcasters) != set(range(1, cls.version)):
            raise TypeError(f"{cls.__name__}: version {cls.version} wants an upcaster for each version before it")
        Fact.kinds[cls.__name__] = cls

    @property
    def ordering_key(self) -> str:
        return f"{self.of}:{getattr(self, f'{self.of}_id')}"


@cache
def adapter_of(kind: str) -> TypeAdapter[Any]:
    """Reads and writes facts of one kind as JSON.

    Raises:
        KeyError: no fact of that name is known.
    """
    return TypeAdapter(Fact.kinds[kind])


class WrittenByNewerCode(Exception):
    """A fact's version is beyond what this code knows: it was written by a newer one."""

    def __init__(self, kind: str, version: int) -> None:
        super().__init__(f"{kind} of version {version} is newer than this code; run the version that wrote it")


def version_of(kind: str) -> int:
    """The version in which facts of this kind are written now."""
    return Fact.kinds[kind].version


def fact_of(kind: str, version: int, content: Content) -> Fact:
    """A stored fact in its present shape, whichever version it was written in.

    Raises:
        KeyError: no fact of that name is known.
        WrittenByNewerCode
    """
    now = version_of(kind)
    if version > now:
        raise WrittenByNewerCode(kind, version)
    for each in range(version, now):
        content = Fact.kinds[kind].upcasters[each](content)
    fact: Fact = adapter_of(kind).validate_python(content)
    return fact
