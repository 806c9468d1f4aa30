"""The sorts of changes that a second person confirms: each room registers its own in a module ``confirming.py``.

    register(Kind("goodwill.limit_set", _("Set a limit"), MANAGE_LIMITS, snapshot=_limit, apply=_set_limit))

Nothing else is needed: before and after are two snapshots, one before the change is tried and one after it, and the
trial is taken back. What a second person reads is therefore what the service does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from apps.audit.actor import Actor
from apps.staff.models import User

Values = Mapping[str, Any]


@dataclass(frozen=True)
class By:
    """Who acts."""

    actor: Actor
    user: User


@dataclass(frozen=True)
class Snapshot:
    """How things stand for what a change is about.

    subject  whom or what, in words; may be empty while (or once) it is not there
    facts    words by label, everything that the change may touch; never a secret: say whether it is set
    about    `about_person(pk)` for somebody of the house, who then cannot confirm it
    mark     a plain value that belongs to the state and is shown to nobody, such as a keyed hash of a secret
    """

    subject: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Kind:
    """One sort of change.

    title     what it is, in words: "Give a role"
    proposes  the permission that asks for it;  confirms  that confirms it, by default the same
    snapshot  how things stand now for these values; it writes nothing, and finds nothing without failing
    apply     does it by plain services, within the caller's transaction: no call outside, no mail
    answer    what whoever made it happen sees instead of its page, from what apply returned; after the transaction
    shown_once  what is said to whoever confirms it a second time where the answer showed something that nobody can show
                again; for some minutes their own session sees the answer itself, see `again`
    why       the reason that its own form has asked for already, offered as the reason to the second person
    values of both are JSON's own types
    """

    name: str
    title: str | Promise
    proposes: str
    snapshot: Callable[[Values], Snapshot]
    apply: Callable[[By, Values], Any]
    confirms: str = ""
    answer: Callable[[HttpRequest, Any], HttpResponse] | None = None
    shown_once: str | Promise = ""
    why: Callable[[Values], str] | None = None

    @property
    def confirmed_with(self) -> str:
        """The permission that confirms it."""
        return self.confirms or self.proposes


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known. ValueError when another one has its name."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"The kind of change {kind.name!r} is registered twice, differently.")
    return kind


def find(name: str) -> Kind | None:
    """The kind, or None when no room registers it any more."""
    return _kinds.get(name)


def named(name: str) -> Kind:
    """The kind of this name; LookupError names the unknown one."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"There is no kind of change named {name!r}.") from None


def registered() -> list[Kind]:
    """All kinds, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def names_for(user: User) -> list[str]:
    """Names of the kinds that the person may propose or confirm."""
    may = _held(user)
    return [one.name for one in registered() if may & {one.proposes, one.confirmed_with}]


def names_confirmed_by(user: User) -> list[str]:
    """Names of the kinds that the person may confirm."""
    may = _held(user)
    return [one.name for one in registered() if one.confirmed_with in may]


def _held(user: User) -> set[str]:
    """Which permissions of kinds the person has; each is asked for once, on every page."""
    return {one for one in {kind.proposes for kind in registered()} | _confirming() if user.has_perm(one)}


def _confirming() -> set[str]:
    return {kind.confirmed_with for kind in registered()}
