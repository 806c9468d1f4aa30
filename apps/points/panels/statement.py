"""The points statement: lines with balances, sums that are checked against the outside, and charts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.capillary.types_points import PointsBalance
from apps.core import formats
from apps.points.panels.chart import Chart, chart_of
from apps.points.panels.lines import Line, Movement, lines_of, movements_of, names_of
from apps.points.panels.reading_back import ReadBack
from apps.points.panels.sums import Sums, sums_of

MOST_CHARTS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the sums of a programme add up, as a badge and a sentence."""

    word: str
    icon: str
    tone: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What the panel draws.

    lines       those shown, newest first;  events  how many there are in all programmes
    sums        one pair per programme shown: its sums, and whether they add up
    programmes  (id, name) of all, to choose from;  several  lines of more than one may be shown
    programme, show  what was chosen, "" for all
    """

    lines: tuple[Line, ...]
    events: int
    sums: tuple[tuple[Sums, Verdict], ...]
    charts: tuple[Chart, ...]
    programmes: tuple[tuple[str, str], ...]
    several: bool
    programme: str
    show: str
    summary: str
    since: datetime
    until: datetime


def build(
    read: ReadBack, *, programme: str = "", show: str = "", available: Sequence[PointsBalance] = ()
) -> Statement:
    """The statement of what was read.

    available  what the customer's own record says they have, to compare with; empty where that is another time
    """
    names = names_of(read.entries, read.opening, read.closing)
    movements = _placed(movements_of(read.entries), names)
    names |= {move.programme_id: "" for move in movements if move.programme_id not in names}
    titled = {one: name or _untitled(one) for one, name in names.items()}
    every = [sums_of(one, name, movements, read.opening, read.closing) for one, name in titled.items()]
    lines = lines_of(movements, {one.programme_id: one.opening for one in every}, titled)
    chosen = programme if programme in titled else ""
    shown = [one for one in every if chosen in ("", one.programme_id)]
    wanted = [line for line in lines if chosen in ("", line.programme_id) and (not show or line.is_of(show))]
    charts = (chart_of(one, lines, read.since, read.until) for one in shown)
    return Statement(
        lines=tuple(reversed(wanted)),
        events=len(lines),
        sums=tuple((one, verdict_of(one, _available(available, one.programme_id))) for one in shown),
        charts=tuple(chart for chart in charts if chart is not None)[:MOST_CHARTS],
        programmes=tuple(titled.items()),
        several=len(shown) > 1,
        programme=chosen,
        show=show,
        summary=_summary(len(wanted), len(lines), read),
        since=read.since,
        until=read.until,
    )


def verdict_of(sums: Sums, available: Decimal | None) -> Verdict:
    """Opening, credits, debits and expiries against the balance the outside tells; and that against the account."""
    if not sums.checked:
        words = _("%(name)s: not checked, Capillary did not tell its balance at both ends.")
        return Verdict(_("Not checked"), "circle-dashed", "", words % {"name": sums.name})
    if sums.differs_by:
        return Verdict(_("Does not add up"), "alert-triangle", "warn", _differs(sums))
    if available is not None and available != sums.told:
        words = _(
            "%(name)s: the ledger ends with %(told)s, the account says %(available)s are available. "
            "Points that are held back may be the reason."
        )
        values = {
            "name": sums.name,
            "told": formats.points(sums.told),
            "available": formats.number(available),
        }
        return Verdict(_("Account differs"), "alert-triangle", "warn", words % values)
    return Verdict(_("Adds up"), "circle-check", "ok", "")


def _differs(sums: Sums) -> str:
    values = {
        "name": sums.name,
        "comes_to": formats.points(sums.closing),
        "told": formats.number(sums.told),
        "by": formats.number(abs(sums.differs_by)),
    }
    if sums.differs_by > 0:
        return (
            _(
                "%(name)s does not add up: its events come to %(comes_to)s, Capillary says %(told)s, %(by)s more. "
                "An event is missing from its ledger, or its balance is wrong."
            )
            % values
        )
    return (
        _(
            "%(name)s does not add up: its events come to %(comes_to)s, Capillary says %(told)s, %(by)s less. "
            "An event is missing from its ledger, or its balance is wrong."
        )
        % values
    )


def _placed(movements: list[Movement], names: Mapping[str, str]) -> list[Movement]:
    """An event without a programme belongs to the only one there is."""
    real = [one for one in names if one]
    if len(real) != 1:
        return movements
    return [move if move.programme_id else replace(move, programme_id=real[0]) for move in movements]


def _available(balances: Iterable[PointsBalance], programme_id: str) -> Decimal | None:
    return next((one.available for one in balances if one.program_id == programme_id), None)


def _untitled(programme_id: str) -> str:
    return _("Programme %(id)s") % {"id": programme_id} if programme_id else str(_("Programme not told"))


def _summary(shown: int, events: int, read: ReadBack) -> str:
    values = {
        "shown": shown,
        "count": events,
        "since": formats.day(read.since),
        "until": formats.day(read.until),
    }
    if shown != events:
        return (
            ngettext(
                "%(shown)s of %(count)s event from %(since)s to %(until)s, newest first.",
                "%(shown)s of %(count)s events from %(since)s to %(until)s, newest first.",
                events,
            )
            % values
        )
    return (
        ngettext(
            "%(count)s event from %(since)s to %(until)s, newest first.",
            "%(count)s events from %(since)s to %(until)s, newest first.",
            events,
        )
        % values
    )
