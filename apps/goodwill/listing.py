"""Pages of requests, newest first, that cost the same wherever they are: from a number backwards."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

from apps.goodwill.models import GoodwillRequest
from apps.goodwill.money import given_words
from apps.goodwill.telling import Told, line, told

ROWS = 25


@dataclass(frozen=True)
class Line:
    """One request of a list."""

    request: GoodwillRequest
    what: str
    told: Told
    words: str


@dataclass(frozen=True)
class Listing:
    """One page; the addresses are empty where there is nothing more."""

    rows: list[Line]
    newer_url: str
    older_url: str


def listing_of(request: HttpRequest, found: QuerySet[GoodwillRequest], size: int = ROWS) -> Listing:
    """The page the address asks for (``before`` and ``after`` are row numbers). Three queries."""
    before, after = (_number(request.GET.get(name, "")) for name in ("before", "after"))
    rows = with_life(found)
    if after:
        came = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        more_newer, more_older = len(came) > size, True
        came = came[:size][::-1]
    else:
        came = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: size + 1])
        more_newer, more_older = bool(before), len(came) > size
        came = came[:size]
    return Listing(
        rows=lines(came),
        newer_url=_turned(request, "after", came[0].pk) if came and more_newer else "",
        older_url=_turned(request, "before", came[-1].pk) if came and more_older else "",
    )


def with_life(found: QuerySet[GoodwillRequest]) -> QuerySet[GoodwillRequest]:
    """With everything a sentence about them needs."""
    joined = found.select_related("store", "series", "escalated_to")
    return joined.prefetch_related("acts__decision", "decisions")


def lines(requests: list[GoodwillRequest]) -> list[Line]:
    """Requests as lines of a list."""
    return [
        Line(one, given_words(one.kind, one.granted, one.series), told(one), line(one)) for one in requests
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else 0


def _turned(request: HttpRequest, cursor: str, at: int) -> str:
    kept = {name: str(request.GET[name]) for name in request.GET if name not in {"before", "after"}}
    return f"{request.path}?{urlencode({**kept, cursor: str(at)})}"
