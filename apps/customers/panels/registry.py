"""The registry of panels and tabs; other rooms add theirs by URL name, so that nobody imports anybody.

A room adds its own in a module ``customer_panels.py``, which holds plain data:

    PANELS = [{"tab": "goodwill", "name": "goodwill_asked", "title": _("Asked here"), "source": "Console",
               "url_name": "goodwill:customer_panel", "permission": "staff.ask_goodwill"}]
    ACTIONS = [{"title": _("Raise goodwill"), "icon": "gift", "url_name": "goodwill:ask", "key": "w",
                "permission": "staff.ask_goodwill", "drawer": True}]

Each URL takes the customer id and answers htmx with a fragment whose element has the id ``panel-<name>``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from django.apps import apps
from django.utils.functional import Promise

Text = str | Promise


class Person(Protocol):
    """What panels need to know of the person who looks."""

    pk: Any

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """Whether they may."""


@dataclass(frozen=True)
class Asked:
    """What a page or panel is about: the customer, the parameters of the address, and the person who looks.

    handle  "mobile=…" or the like: what the v1.1 record can be asked by, empty when not known yet
    """

    customer_id: int
    person: Person
    query: Mapping[str, str] = field(default_factory=dict)
    handle: str = ""


Values = Mapping[str, Any]
Build = Callable[[Asked, Values], Mapping[str, Any]]


@dataclass(frozen=True)
class Panel:
    """One part of a tab that loads and fails on its own.

    needs  names of calls (see calls.py) without which there is nothing to show
    wants  names of calls it can do without; what did not come is None. Without needs, one of them has to come.
    absent codes that say there is nothing to tell, which is no failure: the value is then None
    build  makes the template's ``data`` of the values; "empty_title" in it says there is nothing,
           "count" is shown beside the tab
    flush  the body brings its own padding: a table or list
    bare   stands in the head, without the frame of a panel
    """

    name: str
    title: Text
    source: str
    template: str
    build: Build
    needs: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()
    aside: bool = False
    flush: bool = False
    bare: bool = False
    permission: str = "staff.view_customers"
    url_name: str = ""


@dataclass(frozen=True)
class Tab:
    """One tab with its panels by name."""

    name: str
    title: Text
    panels: tuple[str, ...]
    permission: str = "staff.view_customers"


@dataclass(frozen=True)
class Action:
    """A button of the head, in another room. drawer: its page also comes as a fragment for the drawer."""

    title: Text
    icon: str
    url_name: str
    permission: str
    key: str = ""
    drawer: bool = False


_panels: dict[str, Panel] = {}
_tabs: dict[str, Tab] = {}
_actions: list[Action] = []


def register_panel(panel: Panel) -> Panel:
    """Add a panel; ValueError when its name is taken by another."""
    if _panels.setdefault(panel.name, panel) != panel:
        raise ValueError(f"There is a panel named {panel.name!r} already.")
    return panel


def register_tab(tab: Tab) -> None:
    """Add a tab after the others; ValueError when its name is taken."""
    if tab.name in _tabs:
        raise ValueError(f"There is a tab named {tab.name!r} already.")
    _tabs[tab.name] = tab


def panel_named(name: str) -> Panel | None:
    """The panel of this name."""
    return _panels.get(name)


def tab_named(name: str) -> Tab | None:
    """The tab of this name."""
    return _tabs.get(name)


def tab_of(panel_name: str) -> Tab | None:
    """The tab a panel stands on, the special one rather than the overview."""
    holding = [tab for tab in _tabs.values() if panel_name in tab.panels]
    return holding[-1] if holding else None


def tabs_for(person: Person) -> list[Tab]:
    """The tabs this person may open."""
    return [tab for tab in _tabs.values() if person.has_perm(tab.permission)]


def panels_of(tab: Tab, person: Person) -> list[Panel]:
    """The panels of a tab this person may see, in order."""
    return [panel for name in tab.panels if person.has_perm((panel := _panels[name]).permission)]


def actions_for(person: Person) -> list[Action]:
    """The buttons of the head from other rooms that this person may press."""
    return [action for action in _actions if person.has_perm(action.permission)]


def adopt() -> None:
    """Read what the other rooms offer; called once, after our own tabs are there."""
    for offer in _offers("PANELS"):
        _adopt_panel(offer)
    _actions[:] = [Action(**offer) for offer in _offers("ACTIONS")]


def _adopt_panel(offer: Mapping[str, Any]) -> None:
    panel = Panel(
        name=offer["name"],
        title=offer["title"],
        source=offer.get("source", ""),
        template="components/panel.html",
        build=lambda _asked, _values: {},
        aside=bool(offer.get("aside")),
        permission=offer["permission"],
        url_name=offer["url_name"],
    )
    register_panel(panel)
    tab = _tabs.get(offer["tab"])
    if tab is None:
        raise LookupError(f"The panel {panel.name!r} wants the tab {offer['tab']!r}, which there is not.")
    _tabs[tab.name] = Tab(tab.name, tab.title, (panel.name, *tab.panels), tab.permission)


def _offers(kind: str) -> Iterator[Mapping[str, Any]]:
    for config in apps.get_app_configs():
        name = f"{config.name}.customer_panels"
        if config.name.startswith("apps.") and find_spec(name):
            offered: Iterable[Mapping[str, Any]] = getattr(import_module(name), kind, ())
            yield from offered
