"""Says in sentences what a search without a hit tried, where, and what is left to try."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.customers.outcomes import Failed, NotFound, Tried
from apps.customers.places import Place, default_source
from apps.customers.recognise import Candidate


@dataclass(frozen=True, slots=True)
class Told:
    """heading and tried are full sentences; lines list every kind with the places asked."""

    heading: str
    tried: str
    lines: tuple[str, ...]
    unanswered: tuple[str, ...]
    offer_all: bool
    left: str
    unasked: tuple[str, ...] = ()


def told(outcome: NotFound, *, source: str, account: str) -> Told:
    """What to say when nobody was found."""
    first = outcome.candidates[0]
    return Told(
        heading=_heading(outcome, source, account),
        tried=_forms(first),
        lines=_lines(outcome.tried),
        unanswered=silent_places(outcome.failed),
        offer_all=bool(outcome.wider),
        left=_left(outcome.wider),
        unasked=tuple(str(place) for place in outcome.unasked),
    )


def silent_places(failed: Sequence[Failed]) -> tuple[str, ...]:
    """The places that did not answer, each once."""
    return tuple(dict.fromkeys(_place(one.place) for one in failed))


def _heading(outcome: NotFound, source: str, account: str) -> str:
    first, all_asked = outcome.candidates[0], not outcome.wider
    who = {"value": first.masked}
    if outcome.unasked:
        return _("No customer with %(value)s where it was looked for.") % who
    if first.kind.code == "name":
        return _("No customer whose name or identifier starts with %(value)s.") % who
    if first.kind.code == "id":
        return _("No customer with the id %(value)s.") % who
    if account:
        return _("No customer with %(value)s in account %(account)s.") % {**who, "account": account}
    if all_asked and not source:
        own = first.kind.own_source or default_source()
        return _("No customer with %(value)s in source %(source)s.") % {**who, "source": own}
    if all_asked:
        return _("No customer with %(value)s in any source.") % who
    where = {**who, "source": source or default_source()}
    if any(one.place is None for one in outcome.tried):
        # The outside's own search over everything knows most, not all, of what each source would answer.
        return (
            _("No customer with %(value)s in source %(source)s, nor in a quick search of the others.") % where
        )
    return _("No customer with %(value)s in source %(source)s.") % where


def _forms(first: Candidate) -> str:
    """How the value was varied, for the kind that was likeliest."""
    if first.kind.code == "mobile" and len(first.values) > 1:
        code = first.values[0].removesuffix(first.values[1])
        return _("Tried with and without +%(code)s.") % {"code": code}
    if first.kind.code == "email" and len(first.values) > 1:
        return _("Tried as typed and in small letters.")
    return ""


def _lines(tried: Sequence[Tried]) -> tuple[str, ...]:
    """One line per kind: "Card number •••• 4417: INSTORE, WECHAT wx_maple"."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in tried:
        key = (str(one.candidate.kind.label), one.candidate.masked)
        places.setdefault(key, []).append(_place(one.place))
    return tuple(
        _("%(kind)s %(value)s: %(places)s.")
        % {"kind": kind, "value": value, "places": ", ".join(dict.fromkeys(asked))}
        for (kind, value), asked in places.items()
    )


def _place(place: Place | None) -> str:
    return str(place) if place else _("quick search of all sources")


def _left(places: Sequence[Place]) -> str:
    names = list(dict.fromkeys(place.source for place in places))
    if len(names) > 3:
        return _("%(some)s and %(more)s more.") % {"some": ", ".join(names[:2]), "more": len(names) - 2}
    return ", ".join(names) + "." if names else ""
