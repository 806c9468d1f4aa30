"""Asks for everything a page needs at once and gives each panel its state: ok, empty, loading or failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from apps.capillary.calls import Answer
from apps.capillary.client import Client
from apps.core.errors import ConsoleError
from apps.customers.panels.calls import calls_for
from apps.customers.panels.registry import Asked, Panel, Values
from apps.operations.failing_panels import address_of, failure_of

Answers = Mapping[str, Answer[Any]]


@dataclass(frozen=True)
class PanelView:
    """What the template draws: see templates/components/panel.html for the words of `state`.

    error to again_url  of a failed panel, see operations/failing_panels.py
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
    needed = [answers[name] for name in panel.needs or panel.wants if name in answers]
    failed = _failing(panel, needed)
    load_url = reverse("customers:panel", args=[asked.customer_id, panel.name])
    made = PanelView(
        id=f"panel-{panel.name}",
        name=panel.name,
        title=panel.title,
        state="loading",
        source=panel.source,
        template=panel.template,
        load_url=address_of(load_url, asked.query),
        aside=panel.aside,
        flush=panel.flush,
    )
    if panel.url_name:
        elsewhere = reverse(panel.url_name, args=[asked.customer_id])
        return _with(made, load_url=address_of(elsewhere, asked.query))
    if failed and failed.error:
        return _failed(made, failed.error, asked, load_url)
    if any(one.pending for one in needed) or len(needed) < len(panel.needs):
        return made
    data = panel.build(asked, values_of(panel, answers))
    state = "empty" if data.get("empty_title") else "ok"
    return _with(made, state=state, data=data, at=_true_since(panel, answers))


def _failing(panel: Panel, needed: list[Answer[Any]]) -> Answer[Any] | None:
    """The answer that leaves nothing to show: the first that failed; of those it only wants, when all failed."""
    failed = [one for one in needed if one.error and one.error.code not in panel.absent]
    if not failed or (not panel.needs and len(failed) < len(needed)):
        return None
    return failed[0]


def _failed(made: PanelView, error: ConsoleError, asked: Asked, load_url: str) -> PanelView:
    failure = failure_of(error, load_url=load_url, query=asked.query)
    return _with(made, state="failed", **{each.name: getattr(failure, each.name) for each in fields(failure)})


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
