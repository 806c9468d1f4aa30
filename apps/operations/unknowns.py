"""Acts that are not known yet, of all rooms: each registers how its own are found and shown.

A room does so in its own unknowns.py, which is found by its name. On `acts.rows.ActRow` the names of the
fields are right as they are:

    register(Source("redeem", _("Redeeming points"), ("staff.redeem_points", "staff.view_trail"), rows=…, line=…))

So that the page costs the same however many there are, the table needs two indexes: on the start of those that
are not settled (`settled_at` is null) and on `settled_at` of those that were looked for (`looks` above 0); see
`open_and_settled`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from apps.staff.models import Store, User


@dataclass(frozen=True)
class Line:
    """One act in words.

    what     of whom nothing personal is said: "500 points"
    whom     the customer, masked; customer_id leads to their page
    by       who started it;  store  where
    url      the act's own page;  check_url  a POST there looks again now, empty where nobody may
    number   what people say: "GR-10418"
    """

    number: str
    what: str
    whom: str
    customer_id: int | None
    by: str
    store: str
    url: str
    check_url: str = ""
    code: str = ""
    request_id: str = ""
    reference: str = ""
    message: str = ""


def started_by(user: User) -> Q:
    """Acts set off by this person, as `acts.rows.kept` notes it."""
    return Q(actor__user_id=user.pk)


@dataclass(frozen=True)
class Source:
    """The acts of one kind.

    act          code of the kind, as it stands in addresses;  label  the same in words
    permissions  any of them shows the acts
    rows         those in the person's scope, in any state, with everything `line` needs
    line         one row for this person
    mine         which of them the person started
    store        path to the store's id; at_store instead, where it takes more than a path
    the others   names of fields, and of the state in which a person has to look
    """

    act: str
    label: str | Promise
    permissions: tuple[str, ...]
    rows: Callable[[User], QuerySet[Any]]
    line: Callable[[Any, User], Line]
    mine: Callable[[User], Q] = started_by
    store: str = "store_id"
    started: str = "started_at"
    looks: str = "looks"
    next_look: str = "next_look_at"
    person: str = "person"
    at_store: Callable[[Store], Q] | None = None

    def is_for(self, user: User) -> bool:
        """Whether this person may see such acts at all."""
        return any(user.has_perm(one) for one in self.permissions)

    def unknown(self, user: User) -> QuerySet[Any]:
        """Those in the person's scope whose outcome is not known, or that a person has to look at."""
        # Not "is one of": by that the database would find them through the state and sort them all.
        return self.rows(user).filter(settled_at=None).exclude(state="in_progress")

    def unsettled(self, user: User) -> QuerySet[Any]:
        """What the person started and nobody knows the end of, being sent among them."""
        return self.rows(user).filter(self.mine(user), settled_at=None)

    def looked_for(self, user: User) -> QuerySet[Any]:
        """Those in the person's scope that were read back and are settled now."""
        return self.rows(user).filter(**{f"{self.looks}__gt": 0}, settled_at__isnull=False)


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Add a kind of acts. ValueError when its code is taken by another."""
    if _sources.setdefault(source.act, source) != source:
        raise ValueError(f"There is a source of unknown acts {source.act!r} already.")
    return source


def sources_for(user: User) -> list[Source]:
    """The kinds this person may see, by code."""
    return [_sources[act] for act in sorted(_sources) if _sources[act].is_for(user)]


def permissions() -> list[str]:
    """Every permission that shows acts of some kind."""
    return sorted({one for source in _sources.values() for one in source.permissions})


def open_and_settled(table: str, *, started: str = "started_at", looks: str = "looks") -> list[models.Index]:
    """The two indexes a table of acts needs for the page; table is the beginning of their names, at most 20 long."""
    return [
        models.Index(fields=[f"-{started}"], name=f"{table}_open", condition=Q(settled_at=None)),
        models.Index(fields=["-settled_at"], name=f"{table}_settled", condition=Q(**{f"{looks}__gt": 0})),
    ]
