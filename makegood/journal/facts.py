"""What a fact is: a frozen dataclass in the past tense that holds ids, never names, addresses or words."""

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to one customer. Reactions to facts of one `ordering_key` are run in their order."""

    customer_id: int

    kinds: ClassVar[dict[str, type["Fact"]]] = {}

    @classmethod
    def __init_subclass__(cls, **_: Any) -> None:
        Fact.kinds[cls.__name__] = cls

    @property
    def ordering_key(self) -> str:
        return f"customer:{self.customer_id}"


@cache
def adapter_of(kind: str) -> TypeAdapter[Any]:
    """Reads and writes facts of one kind as JSON.

    Raises:
        KeyError: no fact of that name is known.
    """
    return TypeAdapter(Fact.kinds[kind])
