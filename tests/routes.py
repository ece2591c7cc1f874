"""Every address that is answered, read off the table of addresses and the API's own document."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver

from makegood.faces.api.document import document

_GAP = re.compile(r"[<{](?:\w+:)?(?P<name>\w+)[>}]")


@dataclass(frozen=True)
class Route:
    """`pattern` as in `desk/cases/<int:number>`; the same for the API, whose methods are in its document."""

    pattern: str

    @property
    def gaps(self) -> tuple[str, ...]:
        return tuple(match["name"] for match in _GAP.finditer(self.pattern))

    def at(self, values: Mapping[str, str]) -> str:
        """Its address with `values` in the gaps."""
        return "/" + _GAP.sub(lambda match: quote(values[match["name"]], safe=""), self.pattern)


def _walk(patterns: Sequence[Any], beginning: str = "") -> Iterator[str]:
    for each in patterns:
        address = f"{beginning}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, address)
        elif isinstance(each, URLPattern):
            yield address


def routes() -> list[Route]:
    """All of them, each once, in their order."""
    return [Route(pattern) for pattern in dict.fromkeys(_walk(get_resolver().url_patterns))]


def pages() -> list[Route]:
    """All but the API's."""
    return [route for route in routes() if not route.pattern.startswith("v1/")]


@dataclass(frozen=True)
class Operation(Route):
    """One of the API's: what its document says of it, under `told`."""

    method: str
    told: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} /{self.pattern}"


def operations() -> list[Operation]:
    """All of the API's."""
    return [
        Operation(address.removeprefix("/"), method.upper(), told)
        for address, methods in document()["paths"].items()
        for method, told in methods.items()
    ]
