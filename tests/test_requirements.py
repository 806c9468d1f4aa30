"""The locked requirements are complete, exact, explained, and what is installed."""

import importlib.metadata
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-dev.txt")
LINE = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(\[[a-z-]+\])?==(?P<version>[^\s#]+)  # \S.*$")


def lines(name):
    return [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]


def pinned():
    found = [LINE.match(line) for name in FILES for line in lines(name)]
    return {canonicalize_name(match["name"]): match["version"] for match in found if match}


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_exact_and_says_why(name):
    assert [line for line in lines(name) if not LINE.match(line)] == []


def test_what_is_installed_is_what_is_pinned():
    other = {name: (importlib.metadata.version(name), version) for name, version in pinned().items()}
    assert {name: pair for name, pair in other.items() if pair[0] != pair[1]} == {}


def test_nothing_needed_is_left_to_chance():
    known = pinned()
    needed = {
        canonicalize_name(requirement.name)
        for name in known
        for requirement in map(Requirement, importlib.metadata.requires(name) or [])
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    }
    assert needed - set(known) == set()
