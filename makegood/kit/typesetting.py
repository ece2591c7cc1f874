"""Pages for print: a template of ours and words of anybody's, which are set as they are and never read as markup.

Latin, Greek, Cyrillic, Hebrew, Arabic and some more are in the fonts inside typst, so that every machine sets the same
page. Chinese, Japanese, Korean, Thai and others are not: for words in those the machine's own fonts are used besides.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
import typst

log = structlog.get_logger()
# Words of letters beyond those that the fonts inside typst surely have.
UNUSUAL = re.compile(r"\S*[^\x00-\u052f\u2000-\u20cf]\S*")
# PDF/A allows no letter without its shape, so that typst itself says where one is missing. Its date is never shown.
PROBE = b"#set document(date: datetime(year: 2000, month: 1, day: 1))\n#sys.inputs.words"
# A few letters of each, for people who ask what their machine can set.
SAMPLES = {
    "Arabic": "محمد",
    "Bengali": "বাংলা",
    "Chinese and Japanese": "山田太郎さくら",
    "Hebrew": "שלום",
    "Hindi": "नमस्ते",
    "Korean": "김철수",
    "Tamil": "தமிழ்",
    "Thai": "สมชาย",
}


def pdf_of(template: Path, told: Mapping[str, Any]) -> bytes:
    """A PDF of `template`, which reads `told` as JSON from its input of that name; the same words make the same bytes.

    What no font here has is set as empty boxes, and said in the log.
    """
    said = json.dumps(told, ensure_ascii=False)
    words = " ".join(sorted({*UNUSUAL.findall(" ".join(_strings(told)))}))
    is_ours_enough = can_set(words, ours_alone=True)
    if not is_ours_enough and not can_set(words):
        # The scripts and not the words: those are names.
        log.warning("a PDF has empty boxes for letters that no font here has", page=template.name, of=_missing(words))
    made: bytes = typst.compile(
        template.read_bytes(), format="pdf", ignore_system_fonts=is_ours_enough, sys_inputs={"told": said}
    )
    return made


@lru_cache(maxsize=256)
def can_set(words: str, *, ours_alone: bool = False) -> bool:
    """Whether there is a font for every letter: inside typst, or on this machine too."""
    if not words:
        return True
    try:
        typst.compile(
            PROBE, format="pdf", ignore_system_fonts=ours_alone, pdf_standards="a-2b", sys_inputs={"words": words}
        )
    except typst.TypstError:
        return False
    return True


def scripts_not_set() -> list[str]:
    """Whose letters this machine has no font for."""
    return [name for name, sample in SAMPLES.items() if not can_set(sample)]


def _strings(told: object) -> list[str]:
    """All words in it, however deep."""
    if isinstance(told, str):
        return [told]
    parts = told.values() if isinstance(told, Mapping) else told if isinstance(told, list | tuple) else ()
    return [each for part in parts for each in _strings(part)]


def _missing(words: str) -> list[str]:
    """The scripts of the letters that no font here has, by what Unicode calls them: CJK, HANGUL, THAI."""
    letters = {each for each in words if unicodedata.category(each)[0] == "L" and UNUSUAL.match(each)}
    scripts: dict[str, str] = {}
    for each in sorted(letters):
        script = unicodedata.name(each, "UNKNOWN").partition(" ")[0]
        scripts[script] = scripts.get(script, "") + each
    return [script for script, those in sorted(scripts.items()) if not can_set(those)] or ["SYMBOLS"]
