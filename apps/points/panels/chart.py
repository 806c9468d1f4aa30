"""The balance over time as a drawing of steps, with a sentence that says the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from apps.core import formats
from apps.points.panels.lines import Line
from apps.points.panels.sums import Sums

WIDTH, HEIGHT = 1000, 100
NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of WIDTH by HEIGHT that is stretched to its place; top and bottom are what its edges mean."""

    name: str
    line: str
    area: str
    top: Decimal
    bottom: Decimal
    sentence: str


@dataclass(frozen=True, slots=True)
class _Step:
    at: datetime
    balance: Decimal


def chart_of(sums: Sums, lines: Iterable[Line], since: datetime, until: datetime) -> Chart | None:
    """The chart of one programme, None when its balance is not known. lines: oldest first."""
    if sums.opening is None:
        return None
    steps = [_Step(since, sums.opening)]
    for line in lines:
        if line.programme_id == sums.programme_id and line.balance is not None:
            # One without a time stands where the one before it stood.
            steps.append(_Step(min(max(line.at or steps[-1].at, since), until), line.balance))
    top = max(NOUGHT, *(step.balance for step in steps))
    bottom = min(NOUGHT, *(step.balance for step in steps))
    line_path = _path(steps, since, until, top, bottom)
    return Chart(
        name=sums.name,
        line=line_path,
        area=f"{line_path}V{HEIGHT}H0Z",
        top=top,
        bottom=bottom,
        sentence=_sentence(sums, steps, since, until),
    )


def _path(steps: Sequence[_Step], since: datetime, until: datetime, top: Decimal, bottom: Decimal) -> str:
    first, *rest = steps
    drawn = [f"M0 {_down(first.balance, top, bottom)}"]
    for step in rest:
        drawn.append(f"H{_across(step.at, since, until)}V{_down(step.balance, top, bottom)}")
    return "".join([*drawn, f"H{WIDTH}"])


def _across(at: datetime, since: datetime, until: datetime) -> int:
    whole = max(1, int((until - since).total_seconds()))
    return WIDTH * int((at - since).total_seconds()) // whole


def _down(balance: Decimal, top: Decimal, bottom: Decimal) -> str:
    span = (top - bottom) or Decimal(1)
    share = (top - balance) * HEIGHT / span
    return str(share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def _sentence(sums: Sums, steps: Sequence[_Step], since: datetime, until: datetime) -> str:
    low = min(steps, key=lambda step: step.balance)
    high = max(steps, key=lambda step: step.balance)
    values = {
        "name": sums.name,
        "since": formats.day(since),
        "until": formats.day(until),
        "first": formats.points(steps[0].balance),
        "last": formats.points(steps[-1].balance),
        "low": formats.number(low.balance),
        "low_day": formats.day(low.at),
        "high": formats.number(high.balance),
        "high_day": formats.day(high.at),
    }
    if len(steps) == 1:
        return _("Balance of %(name)s from %(since)s to %(until)s: %(first)s throughout.") % values
    return (
        _(
            "Balance of %(name)s from %(since)s to %(until)s: %(first)s at first, lowest %(low)s on %(low_day)s, "
            "highest %(high)s on %(high_day)s, %(last)s at last."
        )
        % values
    )
