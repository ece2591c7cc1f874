"""The words by which servers' reports and programs' answers are known, as kind_words.toml lists them."""

import tomllib
from pathlib import Path

KIND_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
