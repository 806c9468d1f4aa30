"""Looks for what became of an act outside: by our tag in a request, by our mark in a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.capillary.client import Client
from apps.capillary.errors import CapillaryError
from apps.capillary.resources import goodwill, requests
from apps.goodwill.models import GoodwillRequest, OutsideAct
from apps.goodwill.outcomes import Sent
from apps.goodwill.outside import (
    APPROVED,
    PENDING,
    REJECTED,
    WORD_IN_DECISION,
    Standing,
    mark_of,
    read_standing,
)
from apps.operations.acts.results import Result
from apps.operations.acts.trade import Sought

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sight:
    """One request as some list of the outside shows it."""

    id: str
    status: str
    comments: str


@dataclass(frozen=True, slots=True)
class Found:
    """done  it took place;  not_done  it certainly did not;  several  more than one could be it: a person
    looks;  standing  how the request stands outside. With none of them nothing is known yet."""

    done: bool = False
    not_done: bool = False
    several: bool = False
    outside_id: str = ""
    status: str = ""
    standing: Standing | None = None


def look(client: Client, act: OutsideAct) -> Found:
    """Read back. Raises CapillaryError when nothing could be read."""
    if act.kind == OutsideAct.Kind.ADD:
        return find_added(client, act.request)
    return find_decided(client, act)


def seek(client: Client, act: OutsideAct) -> Sought:
    """What reading back says of the act. Raises CapillaryError when nothing could be read."""
    return sought_of(look(client, act))


def sought_of(found: Found) -> Sought:
    """The same as the engine of acts takes it."""
    state = OutsideAct.State
    if found.done:
        told = Sent(found.outside_id, found.status)
        return Sought(Result(state.DONE, told=told), found.standing)
    if found.not_done:
        return Sought(Result(state.NOT_DONE, words=found.status), found.standing)
    return Sought(Result(state.PERSON) if found.several else None, found.standing)


def find_added(client: Client, request: GoodwillRequest) -> Found:
    """Our request among those of the customer: by its tag alone, for others look just like it."""
    sights = _sights(client, request)
    tagged = {one.id: one for one in sights if request.tag in one.comments}
    if len(tagged) > 1:
        return Found(several=True)
    for one in tagged.values():
        return Found(done=True, outside_id=one.id, status=one.status)
    return Found()


def find_decided(client: Client, act: OutsideAct) -> Found:
    """What became of the request, and whether it was our doing."""
    standing = read_standing(client, act.request)
    if standing is None or standing.status in {"", PENDING}:
        return Found(standing=standing)
    wanted = APPROVED if act.kind == OutsideAct.Kind.APPROVE else REJECTED
    ours = standing.status == wanted and _is_ours(act, standing)
    return Found(done=ours, not_done=not ours, status=standing.status, standing=standing)


def _is_ours(act: OutsideAct, standing: Standing) -> bool:
    if standing.updated_comments:
        return mark_of(act) in standing.updated_comments
    if act.amount is not None and standing.value not in (None, act.amount):
        return False
    return standing.at is None or standing.at >= act.started_at - timedelta(minutes=5)


def _sights(client: Client, request: GoodwillRequest) -> list[Sight]:
    """From all three lists; one that fails is no news, unless all do."""
    customer = request.customer_id or 0
    day = timezone.localdate(request.asked_at)
    before, after = day - timedelta(days=1), day + timedelta(days=2)
    word = WORD_IN_DECISION[request.kind]
    calls: dict[str, Any] = {
        "get": requests.listing(customer_id=customer, start_date=before, end_date=after, limit=PAGE),
        "logs": requests.logs(
            customer_id=customer, start_date=before, end_date=after, base_type=word, limit=PAGE
        ),
        "v2": goodwill.requests(customer_id=customer),
    }
    answers = client.send_all(calls)
    errors = [one.error for one in answers.values() if one.error is not None]
    if len(errors) == len(calls) or (errors and not isinstance(errors[0], CapillaryError)):
        raise errors[0]
    sights: list[Sight] = []
    for name in ("get", "logs"):
        sights += [Sight(row.id, row.status.upper(), row.comments) for row in _rows(answers[name].value)]
    sights += [Sight(row.request_id, row.status.upper(), row.comments) for row in _rows(answers["v2"].value)]
    return [one for one in sights if one.id]


def _rows(page: Any) -> Sequence[Any]:
    return page.rows if page is not None else ()
