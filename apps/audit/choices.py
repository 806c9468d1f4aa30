"""Ready filters as chips, and the filters in force as tokens and in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.actions import all_actions
from apps.audit.address import CURSORS, link
from apps.audit.forms import FilterForm
from apps.audit.models import SavedView


def chips(path: str, found: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each chip adds its filter to those in force, or takes it away when it is the current one."""
    moves = ",".join(one.name for one in all_actions() if one.moves)
    reveals = ",".join(one.name for one in all_actions() if "reveal" in one.name)
    ready = [
        (_("Last 24 h"), {"period": "24h", "from": "", "until": ""}),
        (_("Yesterday"), {"period": "yesterday", "from": "", "until": ""}),
        (_("Points moved"), {"action": moves}),
        (_("Reveals"), {"action": reveals}),
        (_("Refused"), {"outcome": "refused"}),
        (_("Not known yet"), {"outcome": "unknown", "calls": "on"}),
        (_("By the console itself"), {"channel": "system"}),
        (_("Every call"), {"calls": "on"}),
    ]
    return [_chip(path, found, label, wanted) for label, wanted in ready if any(wanted.values())]


def _chip(path: str, found: Mapping[str, str], label: str, wanted: Mapping[str, str]) -> dict[str, Any]:
    current = all(found.get(name, "") == value for name, value in wanted.items())
    changes = dict.fromkeys(wanted, "") if current else dict(wanted)
    return {"label": label, "url": link(path, found, **changes), "current": current}


def view_chips(path: str, found: Mapping[str, str], views: Iterable[SavedView]) -> list[dict[str, Any]]:
    """Saved views as chips; the one whose filters are in force is the current one."""
    now = link(path, found)
    ready = [(view.name, f"{path}?{view.query}") for view in views]
    return [{"label": name, "url": url, "current": url == now} for name, url in ready]


def tokens(form: FilterForm, found: Mapping[str, str]) -> list[dict[str, str]]:
    """The filters in force: name in the address, the qualifier people read, and its value."""
    names = {
        "person": _("actor"),
        "subject": _("about"),
        "calls": _("calls"),
        "from": _("from"),
        "until": _("until"),
    }
    return [
        {"name": name, "label": names.get(name, name), "value": _shown(form, name, value)}
        for name, value in found.items()
        if name not in CURSORS
    ]


def _shown(form: FilterForm, name: str, value: str) -> str:
    cleaned = form.cleaned_data.get(name)
    if name == "customer" and cleaned:
        return str(cleaned.shown)
    if name == "person" and cleaned:
        return str(cleaned.name)
    if name == "calls":
        return _("every one")
    labels = dict(getattr(form.fields[name], "choices", []))
    return str(labels.get(value, value))


def in_words(form: FilterForm, found: Mapping[str, str]) -> str:
    """The filters in one line, for the entry about this reading."""
    told = ", ".join(f"{one['label']}: {one['value']}" for one in tokens(form, found))
    return told or _("everything")
