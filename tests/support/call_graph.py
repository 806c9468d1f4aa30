"""Which functions of the console call which: enough to ask whether one that changes something comes to an entry.

Names are followed through imports, so a renamed or re-exported function is still itself. Of a method only its name is
known: calling it comes to an entry when every method of that name does.
"""

import ast
import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict

RECORDS = frozenset({"apps.audit.services.record", "apps.audit.store.append"})
CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
SAVES = frozenset(
    {"save", "create", "_raw_delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
)
# These are also things one does to dicts, caches and files: only as a QuerySet or a row takes them.
MAYBE = {"update": lambda call: call.keywords and not call.args, "delete": lambda call: not call.args}
# Methods that anything may have: their name says nothing about whose they are.
KINDS = (dict, list, set, str, bytes, datetime.datetime, re.Pattern, re.Match)
OF_DJANGO = (QuerySet, Model, HttpRequest, QueryDict)
ANYBODY_S = {name for kind in (*KINDS, *OF_DJANGO) for name in dir(kind)}


@dataclass
class Function:
    """A function or method: what it takes, whether it writes rows itself, and the names it refers to.

    `well` are those of the names that it comes to when nothing is refused and nothing goes wrong.
    """

    name: str
    takes: frozenset[str] = frozenset()
    writes: bool = False
    names: set[str] = field(default_factory=set)
    well: set[str] = field(default_factory=set)


class Graph:
    """The functions of some modules by dotted name."""

    def __init__(self, modules: Mapping[str, ast.Module]) -> None:
        self.functions: dict[str, Function] = {}
        self.aliases: dict[str, str] = {}
        for name, tree in modules.items():
            self._read(name, tree)
        self.methods: dict[str, list[str]] = {}
        for name in self.functions:
            if _is_method(name) and (called := name.rpartition(".")[2]) not in ANYBODY_S:
                self.methods.setdefault(called, []).append(name)
        self.edges = {name: self._targets(one.names) for name, one in self.functions.items()}
        self.well = {name: self._targets(one.well) for name, one in self.functions.items()}
        self.callers: dict[str, set[str]] = {}
        for name, (certain, maybe) in self.edges.items():
            for target in certain.union(*maybe) - {name}:
                self.callers.setdefault(target, set()).add(name)
        self.changing = self._changing()
        self.recording = self._recording()

    def silent(self) -> list[str]:
        """Functions that change rows without an entry.

        Whoever takes an `actor` answers for what the helpers of their room change, and comes to an entry without
        help from above. Anybody else answers for what they change themselves, unless all who call them come to one.
        """
        left = [name for name in self.functions if name not in self.recording and self.is_answerable(name)]
        return sorted(
            name
            for name in left
            if "actor" in self.functions[name].takes or not self._is_covered(name, frozenset())
        )

    def is_answerable(self, name: str) -> bool:
        """Whether it is asked for an entry at all; a model's own `save` is not."""
        one = self.functions[name]
        if name.rpartition(".")[2] in SAVES | MAYBE.keys():
            return False
        return one.writes or ("actor" in one.takes and name in self.changing)

    def without_entry(self, name: str) -> "Graph | None":
        """The same house, had this function forgotten its own entry; None when it leaves that to others."""
        writers = {one for one in self.recording if one not in self.changing}
        certain, maybe = self.well[name]
        left = certain - writers, [some for some in maybe if not writers.issuperset(some)]
        if left == (certain, maybe):
            return None
        forgetful = copy(self)
        forgetful.well = self.well | {name: left}
        forgetful.recording = forgetful._recording()
        return forgetful

    def _is_covered(self, name: str, below: frozenset[str]) -> bool:
        if name in self.recording:
            return True
        callers = self.callers.get(name, set()) - below - {name}
        return bool(callers) and all(self._is_covered(one, below | {name}) for one in callers)

    def _changing(self) -> set[str]:
        """What changes rows itself, or by a function it names in its own room. Writing an entry is no change."""

        def comes(name: str) -> bool:
            helpers = (one for one in self.edges[name][0] if _room(one) == _room(name))
            return name not in RECORDS and any(one in reached for one in helpers)

        reached = {name for name, one in self.functions.items() if one.writes and name not in RECORDS}
        return self._spread(reached, comes)

    def _recording(self) -> set[str]:
        """What comes to an entry: by a name, or by a method that leaves one whosever it is."""
        reached = set(RECORDS)

        def comes(name: str) -> bool:
            certain, maybe = self.well[name]
            return not certain.isdisjoint(reached) or any(reached.issuperset(some) for some in maybe)

        return self._spread(reached, comes)

    def _spread(self, reached: set[str], comes: Callable[[str], bool]) -> set[str]:
        while more := {name for name in self.edges if name not in reached and comes(name)}:
            reached |= more
        return reached

    def _read(self, module: str, tree: ast.Module) -> None:
        known = dict(_imported(tree))
        known |= {one.name: f"{module}.{one.name}" for one in tree.body if isinstance(one, DEFINES)}
        self.aliases |= {f"{module}.{name}": target for name, target in known.items()}
        for name, node in _functions(module, tree):
            self.functions[name] = _function(name, node, known)

    def _targets(self, names: set[str]) -> tuple[set[str], list[list[str]]]:
        """The functions that are certainly meant, and for each method that is named those it may be."""
        certain, maybe = set(), []
        for name in names:
            found = set(self._follow(name))
            certain |= found
            if not found and (called := name.rpartition(".")[2]) in self.methods:
                maybe.append(self.methods[called])
        return certain, maybe

    def _follow(self, name: str) -> Iterator[str]:
        """A name to its function, through modules that only hand it on; a class to what making one runs."""
        seen = set()
        while name in self.aliases and name not in seen and self.aliases[name] != name:
            seen.add(name)
            name = self.aliases[name]
        if name in self.functions or name in RECORDS:
            yield name
        yield from (made for part in MADE if (made := f"{name}.{part}") in self.functions)


DEFINES = ast.FunctionDef | ast.ClassDef
MADE = ("__init__", "__post_init__", "__enter__", "__call__")


def _room(name: str) -> str:
    return ".".join(name.split(".")[:2])


def _is_method(name: str) -> bool:
    """By convention: what the name stands in is a class when it is written like one."""
    return name.split(".")[-2].lstrip("_")[:1].isupper()


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names a module knows by its imports, inside of functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)
        elif isinstance(node, ast.Import):
            for one in node.names:
                first = one.name.partition(".")[0]
                yield (one.asname, one.name) if one.asname else (first, first)


def _functions(module: str, tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for one in tree.body:
        if isinstance(one, ast.FunctionDef):
            yield f"{module}.{one.name}", one
        elif isinstance(one, ast.ClassDef):
            yield from (
                (f"{module}.{one.name}.{inner.name}", inner)
                for inner in one.body
                if isinstance(inner, ast.FunctionDef)
            )


def _function(name: str, node: ast.FunctionDef, known: Mapping[str, str]) -> Function:
    given = node.args
    takes = frozenset(one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))
    itself = f"{name.rpartition('.')[0]}." if _is_method(name) else ""
    return Function(
        name,
        takes,
        any(_writes(part) for part in ast.walk(node)),
        {said for part in ast.walk(node) if (said := _name(part, known, itself))},
        {said for line in node.body for part in _going_well(line) if (said := _name(part, known, itself))},
    )


def _going_well(node: ast.AST) -> Iterator[ast.AST]:
    """Its parts but for what follows an error or a commit, and what writes down a refusal."""
    if isinstance(node, ast.ExceptHandler) or (isinstance(node, ast.Call) and _is_beside(node)):
        return
    yield node
    for part in ast.iter_child_nodes(node):
        yield from _going_well(part)


def _is_beside(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "on_commit":
        return True
    return any(
        word.arg == "outcome" and isinstance(word.value, ast.Constant) and word.value.value == "refused"
        for word in call.keywords
    )


def _writes(part: ast.AST) -> bool:
    if not (isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute)):
        return False
    said = part.func.attr
    if said == "execute":
        return any(
            CHANGES.match(one.value)
            for one in ast.walk(part)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )
    return said in SAVES or bool(said in MAYBE and MAYBE[said](part))


def _name(part: ast.AST, known: Mapping[str, str], itself: str) -> str:
    """What it refers to: a dotted name as imports say it, or ``?.method`` where they do not say whose."""
    if isinstance(part, ast.Name):
        return known.get(part.id, "")
    if not isinstance(part, ast.Attribute):
        return ""
    first, *rest = ast.unparse(part).split(".")
    if first in known and all(one.isidentifier() for one in rest):
        return ".".join((known[first], *rest))
    return f"{itself}{part.attr}" if itself and [first, *rest] == ["self", part.attr] else f"?.{part.attr}"
