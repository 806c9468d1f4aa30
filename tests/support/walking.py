"""Reads the console's source as trees, module by module, and what each of them imports."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
# Written from the reference and run as a process of its own; migrations run before anybody signs in.
ELSEWHERE = ("apps.sandbox", ".migrations.")


def modules(*rooms: str) -> dict[str, ast.Module]:
    """The modules of these packages by dotted name, such as ``apps.staff.services``."""
    return {name: tree for room in rooms for name, tree in _modules(room).items()}


@cache
def _modules(room: str) -> dict[str, ast.Module]:
    found = {}
    for file in sorted((HOUSE / room.replace(".", "/")).rglob("*.py")):
        name = ".".join(file.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")
        if not any(part in f"{name}." for part in ELSEWHERE):
            found[name] = ast.parse(file.read_text(), filename=str(file))
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """Everything it imports, inside of functions too: ``a.b`` for a module, ``a.b.c`` for a name of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{one.name}" for one in node.names)


def is_within(name: str, package: str) -> bool:
    """``http.client.HTTPConnection`` is within ``http.client``, ``http_tools`` is not within ``http``."""
    return f"{name}.".startswith(f"{package}.")
