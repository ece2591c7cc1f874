"""The policy that ships, with more or less that somebody may grant."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from makegood.policies.reading import SHIPPED
from makegood.policies.rules.values import Grantable

Allow = Callable[..., None]


@pytest.fixture
def limited(settings: Any, tmp_path: Path) -> Allow:
    """Say up to how many cents of the shop's currency somebody may grant something; each call replaces the one before
    for them, and 0 is nothing at all.
    """
    said: dict[tuple[str, str], int] = {}

    def limit(who: str, remedies: Iterable[Grantable], up_to_minor: int) -> None:
        said.update({(who, remedy.value): up_to_minor for remedy in remedies})
        rules = "".join(
            f"""
[[version.holds]]
name = "{who}-{remedy}"
who = ["{who}"]
remedies = ["{remedy}"]
when = "grant.costs.exists(each, each.amount_minor > {minor - (not minor)})"
because = "It is a lead's."
"""
            for (who, remedy), minor in said.items()
        )
        file = tmp_path / f"policy-{len(list(tmp_path.iterdir()))}.toml"
        file.write_text(SHIPPED.read_text() + rules)
        settings.POLICY = str(file)

    return limit
