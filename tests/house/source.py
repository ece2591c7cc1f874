"""The product's source as trees, for the checks of this folder."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "makegood"
TESTS = ROOT / "tests"
COMPOSITION = {"apps.py", "asgi.py", "cli.py", "models.py", "settings.py", "urls.py", "wiring.py"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(folder: Path) -> tuple[Path, ...]:
    """Every Python file below `folder`, in order; migrations are written by Django and judged by it."""
    return tuple(path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.relative_to(folder).parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def named(path: Path) -> str:
    """How a finding names its file."""
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def rooms() -> list[str]:
    """The rooms, faces and connectors' house included, that have code today."""
    return sorted(
        path.name for path in PRODUCT.iterdir() if (path / "__init__.py").exists() and path.name != "migrations"
    )


def dotted(node: ast.AST) -> str:
    """`datetime.now` for the expression of that name; what is not a plain name gives the empty string."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            left = dotted(value)
            return f"{left}.{name}" if left else name
        case _:
            return ""
