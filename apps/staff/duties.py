"""Duties that must be apart: which permissions no one person holds together, and why, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.staff.roles import (
    CHANGES_SOMETHING,
    GOVERNS,
    MOVES_POINTS,
    PERMISSIONS,
    REACHED_BY,
    SAYS_OF_THE_TRAIL,
    Role,
)


@dataclass(frozen=True)
class Apart:
    """No one person holds a permission of one side and one of the other."""

    one: frozenset[str]
    other: frozenset[str]
    why: Promise


APART = (
    Apart(
        MOVES_POINTS,
        GOVERNS,
        _("Nobody both moves points and decides who may, or alters limits."),
    ),
    Apart(
        SAYS_OF_THE_TRAIL,
        CHANGES_SOMETHING,
        _("Nobody both audits and changes what is audited."),
    ),
    Apart(
        frozenset({"view_trail"}),
        MOVES_POINTS,
        _("Nobody who moves points reads what the audit trail says of everybody."),
    ),
)


@dataclass(frozen=True)
class Collision:
    """A rule that roles break together. one and other are (permission, titles of the roles it comes from)."""

    why: str
    one: Sequence[tuple[str, Sequence[str]]]
    other: Sequence[tuple[str, Sequence[str]]]

    @property
    def sentence(self) -> str:
        """The rule, and which permissions of which roles break it."""
        words = _now("%(why)s Here %(one)s meets %(other)s.")
        return words % {"why": self.why, "one": _told(self.one), "other": _told(self.other)}

    @property
    def short(self) -> str:
        """The same on one line, with one permission of each side: enough for whoever chooses between roles."""
        words = _now("%(why)s Here %(one)s meets %(other)s.")
        return words % {"why": self.why, "one": _first(self.one), "other": _first(self.other)}


def collisions(roles: Iterable[Role]) -> list[Collision]:
    """Every rule these roles break when one person holds them together; none when they may meet."""
    held = list(roles)
    found = []
    for rule in APART:
        one, other = _from(rule.one, held), _from(rule.other, held)
        if one and other:
            found.append(Collision(str(rule.why), one, other))
    return found


def collisions_in_words(roles: Iterable[Role]) -> str:
    """The same as sentences, empty when they may meet."""
    return " ".join(one.sentence for one in collisions(roles))


def places_apart() -> str:
    """Why a role of all stores and one of single stores are never held together."""
    return _now(
        "Nobody holds a role in all stores beside one in single stores: what they see would reach all of them."
    )


def out_of_reach(role: Role) -> str:
    """What the role allows without the page it begins at, as sentences; empty when all of it can be reached."""
    lacking: dict[str, list[str]] = {}
    for codename, words in PERMISSIONS.items():
        begins = REACHED_BY.get(codename)
        if codename in role.permissions and begins and begins not in role.permissions:
            lacking.setdefault(begins, []).append(f"“{words}”")
    told = _now("%(named)s cannot be reached without “%(begins)s”: allow that too.")
    return " ".join(
        told % {"named": "; ".join(named), "begins": PERMISSIONS[begins]} for begins, named in lacking.items()
    )


def _from(wanted: frozenset[str], roles: Sequence[Role]) -> list[tuple[str, list[str]]]:
    """The permissions among these that the roles allow, in the order of the table, with where each comes from."""
    found = []
    for codename, words in PERMISSIONS.items():
        titles = [str(role.name) for role in roles if codename in role.permissions]
        if codename in wanted and titles:
            found.append((str(words), titles))
    return found


def _first(side: Sequence[tuple[str, Sequence[str]]]) -> str:
    told = _told(side[:1])
    return _now("%(told)s and %(more)s more") % {"told": told, "more": len(side) - 1} if side[1:] else told


def _told(side: Sequence[tuple[str, Sequence[str]]]) -> str:
    return "; ".join(f"“{words}” ({', '.join(titles)})" for words, titles in side)
