"""How much waits for a person, asked of every room and answered in one query a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
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
    counts = _counted([question.rows.order_by().values("pk")[: question.most] for _name, question in asked])
    found: dict[str, Counted] = {}
    for (name, question), count in zip(asked, counts, strict=True):
        before = found.get(name, Counted(0, question.tone))
        found[name] = Counted(min(MOST, before.count + count), before.tone or question.tone)
    return found


def _counted(questions: Sequence[QuerySet[Any]]) -> Sequence[int]:
    """How many rows each has, in one query.

    The words of each are put together here: as annotations of one row Django copied and resolved them anew for
    every page, which took as long as the rest of a short page.
    """
    columns: list[str] = []
    values: list[Any] = []
    for rows in questions:
        try:
            words, given = rows.query.sql_with_params()
        except EmptyResultSet:
            columns.append("0")
            continue
        columns.append(f"(SELECT COUNT(*) FROM ({words}) _counted)")  # noqa: S608 Django's own words
        values.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", values)
        row: Sequence[int] = cursor.fetchone()
    return row


def waiting(request: HttpRequest) -> dict[str, Counted]:
    """The same for the person of this click, asked once however often it is needed."""
    if not isinstance(request.user, User):
        return {}
    found: dict[str, Counted] | None = getattr(request, "_waiting", None)
    if found is None:
        found = counts_of(request.user)
        request._waiting = found  # type: ignore[attr-defined]
    return found
