"""Ready filters as chips, and the filters in force as tokens and in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.actions import all_actions
from apps.audit.address import CURSORS, link
from apps.audit.forms import FilterForm
from apps.audit.models import Entry, SavedView
from apps.audit.qualifiers import OURS
from apps.audit.whom import Whom, whom


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
    """The filters in one line, as the trail may keep them: what may be somebody's identifier as its mask."""
    return _in_words(form, found, _typed(form))


def _in_words(form: FilterForm, found: Mapping[str, str], typed: Mapping[str, Whom]) -> str:
    told = (
        (one["label"], typed[one["name"]].shown if one["name"] in typed else one["value"])
        for one in tokens(form, found)
    )
    return ", ".join(f"{label}: {value}" for label, value in told) or _("everything")


def reading(form: FilterForm, found: Mapping[str, str]) -> dict[str, Any]:
    """What the entry about reading these entries says, as `record` takes it: customer, digests, details."""
    asked = form.cleaned_data["customer"]
    customer = asked.customers[0] if asked and asked.customers else ""
    digests, typed = list(asked.digests) if asked else [], _typed(form)
    if not customer:
        # Beside a customer they would be taken for the customer's own.
        digests += [each for one in typed.values() for each in one.digests]
    return {"customer": customer, "digests": digests, "details": {"filters": _in_words(form, found, typed)}}


def _typed(form: FilterForm) -> dict[str, Whom]:
    """What was typed freely and may name somebody: words, what no entry is about, a name nobody acts under."""
    words, about, person = (form.cleaned_data[name] for name in ("text", "subject", "person"))
    typed = {"text": words}
    if about and not OURS.fullmatch(about) and not Entry.objects.about_subject(about).exists():
        typed["subject"] = about
    if person and person.ids is None:
        acted = Entry.objects.filter(actor_id=None, actor_name=person.name)
        typed["person"] = "" if acted.exists() else person.name
    return {name: whom(text) for name, text in typed.items() if text}
