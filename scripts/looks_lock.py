"""Takes the addresses out of package-lock.json, and the optional parts that were nowhere to be found.

npm writes where each package came from; names, versions and hashes are enough (docs/decisions/0001). A build for
another system that no index offered would be named without a version, and `npm ci` would refuse the whole file.
"""

import json
from pathlib import Path
from typing import Any

ADDRESSES = ("resolved", "funding")


def without_addresses(packages: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same packages, each without its addresses and without optional parts that the lock does not hold."""
    return {
        path: {
            key: _held(value, packages) if key == "optionalDependencies" else value for key, value in package.items()
        }
        for path, package in ((path, _bare(package)) for path, package in packages.items())
    }


def _bare(package: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in package.items() if key not in ADDRESSES}


def _held(optional: dict[str, str], packages: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: version for name, version in optional.items() if f"node_modules/{name}" in packages}


if __name__ == "__main__":
    lock_file = Path("package-lock.json")
    lock = json.loads(lock_file.read_text())
    lock["packages"] = without_addresses(lock["packages"])
    lock_file.write_text(json.dumps(lock, indent=2) + "\n")
