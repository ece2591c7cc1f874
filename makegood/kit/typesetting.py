"""Pages for print: a template of ours and words of anybody's, which are set as they are and never read as markup."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst


def pdf_of(template: Path, told: Mapping[str, Any]) -> bytes:
    """A PDF of `template`, which reads `told` as JSON from its input of that name; the same words make the same bytes.

    Only the fonts inside typst are used, so that every machine sets the same page.
    """
    made: bytes = typst.compile(
        template.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    return made
