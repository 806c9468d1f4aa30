"""How much waits for a person, asked of every room and answered in one query a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest

from apps.staff.models import User

# Beyond this many nobody reads the number, and counting on would cost.
MOST = 999


@dataclass(frozen=True)
class Question:
    """What waits. tone: "warn", "wait" (not known yet) or empty; most: counted no further."""

    rows: QuerySet[Any]
    tone: str = ""
    most: int = MOST


@dataclass(frozen=True)
class Counted:
    """How much waits, and in which tone it is shown."""

    count: int
    tone: str = ""


Asking = Callable[[User], Mapping[str, Sequence[Question]]]
_asking: list[Asking] = []


class CountOf(Subquery):
    """How many rows a question has, as part of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


def count_with(source: Asking) -> Asking:
    """A room above tells what waits for a person: by URL name for the navigation, or by a word of its own.

    Several questions of one name, also of different rooms, are added up. No question is asked by itself.
    """
    if source not in _asking:
        _asking.append(source)
    return source


def counts_of(user: User) -> dict[str, Counted]:
    """Every question's answer by name. One query, none when nobody asks anything for this person."""
    asked = [
        (name, question)
        for source in _asking
        for name, questions in source(user).items()
        for question in questions
    ]
    if not asked:
        return {}
    columns = {
        f"count_{at}": CountOf(question.rows.order_by().values("pk")[: question.most])
        for at, (_name, question) in enumerate(asked)
    }
    row = User.objects.filter(pk=user.pk).annotate(**columns).values(*columns).first() or {}
    found: dict[str, Counted] = {}
    for at, (name, question) in enumerate(asked):
        before = found.get(name, Counted(0, question.tone))
        count = min(MOST, before.count + row.get(f"count_{at}", 0))
        found[name] = Counted(count, before.tone or question.tone)
    return found


def waiting(request: HttpRequest) -> dict[str, Counted]:
    """The same for the person of this click, asked once however often it is needed."""
    if not isinstance(request.user, User):
        return {}
    found: dict[str, Counted] | None = getattr(request, "_waiting", None)
    if found is None:
        found = counts_of(request.user)
        request._waiting = found  # type: ignore[attr-defined]
    return found
