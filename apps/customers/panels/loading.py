"""Asks for everything a page needs at once and gives each panel its state: ok, empty, loading or failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.capillary.calls import Answer
from apps.capillary.client import Client
from apps.capillary.errors import CapillaryError, CircuitOpen, NotSent
from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.customers.panels.calls import calls_for
from apps.customers.panels.registry import Asked, Panel, Values

Answers = Mapping[str, Answer[Any]]
# A part that failed for the moment asks again by itself this many times, after so many seconds.
PAUSES = (10, 30)


@dataclass(frozen=True)
class PanelView:
    """What the template draws: see templates/components/panel.html for the words of `state`.

    failed_as   beside the source of a failed panel: what came instead of an answer
    next_step   what the person can do about a failure
    again_in    seconds until it asks again by itself, 0 when it does not
    again_url   what it asks for then
    """

    id: str
    name: str
    title: str | Promise
    state: str
    source: str
    template: str
    load_url: str
    at: datetime | None = None
    error: ConsoleError | None = None
    reference: str = ""
    aside: bool = False
    flush: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    failed_as: str = ""
    next_step: str = ""
    again_in: int = 0
    again_url: str = ""


def ask(client: Client, names: Iterable[str], asked: Asked, wait_seconds: float | None) -> Answers:
    """Send all calls at once; what is not there after `wait_seconds` is pending. None waits for all."""
    calls = calls_for(names, asked)
    return client.send_all(calls, wait_seconds=wait_seconds) if calls else {}


def view(panel: Panel, asked: Asked, answers: Answers) -> PanelView:
    """The panel as these answers leave it."""
    needed = [answers[name] for name in panel.needs if name in answers]
    failed = next((one for one in needed if one.error), None)
    load_url = reverse("customers:panel", args=[asked.customer_id, panel.name])
    made = PanelView(
        id=f"panel-{panel.name}",
        name=panel.name,
        title=panel.title,
        state="loading",
        source=panel.source,
        template=panel.template,
        load_url=_url(load_url, asked),
        aside=panel.aside,
        flush=panel.flush,
    )
    if panel.url_name:
        return _with(made, load_url=reverse(panel.url_name, args=[asked.customer_id]))
    if failed and failed.error:
        return _failed(made, failed.error, asked, load_url)
    if any(one.pending for one in needed) or len(needed) < len(panel.needs):
        return made
    data = panel.build(asked, values_of(panel, answers))
    state = "empty" if data.get("empty_title") else "ok"
    return _with(made, state=state, data=data, at=_true_since(panel, answers))


def _failed(made: PanelView, error: ConsoleError, asked: Asked, load_url: str) -> PanelView:
    tries = int(asked.query["tries"]) if asked.query.get("tries", "").isdecimal() else 0
    lasting = isinstance(error, CapillaryError) and error.permanent
    again_in = PAUSES[tries] if tries < len(PAUSES) and not lasting else 0
    next_step = error.next_step
    if isinstance(error, CircuitOpen):
        next_step = "" if again_in else _("Press Retry in a minute.")
    return _with(
        made,
        state="failed",
        error=error,
        reference=current_reference(),
        failed_as=_failed_as(error),
        next_step=next_step,
        again_in=again_in,
        again_url=_url(load_url, asked, tries=str(tries + 1)),
    )


def _failed_as(error: ConsoleError) -> str:
    """What came instead of an answer: never that there was none when there was one."""
    if isinstance(error, NotSent):
        return _("not asked")
    status = getattr(error, "status", None)
    return _("answered %(status)s") % {"status": status} if status else _("no answer")


def _true_since(panel: Panel, answers: Answers) -> datetime | None:
    """The oldest of the answers that are shown."""
    came = [answers[name] for name in (*panel.needs, *panel.wants) if name in answers]
    return min((one.at for one in came if not one.pending and not one.error), default=None)


def values_of(panel: Panel, answers: Answers) -> Values:
    """The values by call name; what failed, is pending or was not asked is None."""
    names = (*panel.needs, *panel.wants)
    return {name: answers[name].value if name in answers else None for name in names}


def _with(view: PanelView, **changes: Any) -> PanelView:
    return PanelView(**{**view.__dict__, **changes})


def _url(load_url: str, asked: Asked, **more: str) -> str:
    """The panel's own address; pressing Retry starts counting anew."""
    query = urlencode({**{name: value for name, value in asked.query.items() if name != "tries"}, **more})
    return f"{load_url}?{query}" if query else load_url
