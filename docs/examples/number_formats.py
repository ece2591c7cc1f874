"""Write `makegood/parcels/rules/number_formats.json` from a checkout of jkeen/tracking_number_data.

    python docs/examples/number_formats.py PATH/TO/couriers > makegood/parcels/rules/number_formats.json

The source (https://github.com/jkeen/tracking_number_data, MIT, see THIRD_PARTY.md) describes each format by a regular
expression with named groups, a check-digit rule and much that is shown to people; we keep what decides whether a number
is one: courier, name, pattern, check, what to prepend before checking, and the countries that issue S10 numbers.
"""

import json
import sys
from pathlib import Path
from typing import Any

CHECK_KEYS = ("name", "modulo", "evens_multiplier", "odds_multiplier", "reverse", "weightings", "modulo1", "modulo2")


def main() -> None:
    formats = [
        compact(courier["courier_code"], tracking)
        for path in sorted(Path(sys.argv[1]).glob("*.json"))
        for courier in [json.loads(path.read_text("utf-8"))]
        for tracking in courier["tracking_numbers"]
    ]
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in formats)
    print(f"[\n{lines}\n]")


def compact(courier: str, tracking: dict[str, Any]) -> dict[str, Any]:
    """One format in our form: the pattern without white space, which is taken out before matching."""
    regex = tracking["regex"]
    pattern = regex if isinstance(regex, str) else "".join(regex)
    one = {
        "courier": courier,
        "name": tracking["name"],
        "pattern": pattern.replace(r"\s*", "").replace(r"\s", "").replace("(?<", "(?P<").replace("(?P<=", "(?<="),
    }
    validation = tracking["validation"]
    if "checksum" in validation:
        one["check"] = {key: validation["checksum"][key] for key in CHECK_KEYS if key in validation["checksum"]}
    if "serial_number_format" in validation:
        prepend = validation["serial_number_format"]["prepend_if"]
        one["prepend"] = {"content": prepend["content"], "if": prepend["matches_regex"].replace(r"\s*", "")}
    if "Courier" in validation.get("additional", {}).get("exists", []):
        lookup = next(extra["lookup"] for extra in tracking["additional"] if extra["name"] == "Courier")
        one["countries"] = sorted(country["matches"] for country in lookup)
    return one


if __name__ == "__main__":
    main()
