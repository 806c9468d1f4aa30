"""Parts beside the search: registered once by name, shown to people with the permission."""

from types import SimpleNamespace

import pytest

from apps.core import home


@pytest.fixture(autouse=True)
def own_register(monkeypatch):
    monkeypatch.setattr(home, "_parts", {})


def part(name="goodwill", template="goodwill/_home_mine.html"):
    return home.HomePart(name, template, "staff.ask_goodwill", lambda _request: {"rows": 3})


def looking(*permissions):
    return SimpleNamespace(user=SimpleNamespace(has_perm=lambda name: name in permissions))


def test_a_part_is_built_for_whom_it_is_meant_only():
    home.register(part())
    (shown,) = home.parts_for(looking("staff.ask_goodwill"))
    assert (shown.template, shown.data) == ("goodwill/_home_mine.html", {"rows": 3})
    assert home.parts_for(looking("staff.view_trail")) == []


def test_a_name_is_taken_once():
    one = home.register(part())
    assert home.register(one) is one
    with pytest.raises(ValueError, match="goodwill"):
        home.register(part(template="other.html"))
