"""Which part of a statement somebody asked for, and the addresses of its other parts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.capillary.ledger_pages import OVERLAP
from apps.points.panels.lines import KINDS

PERIODS: Mapping[str, str | Promise] = {"30": _("30 days"), "90": _("90 days"), "365": _("12 months")}
USUAL = "90"
SHOWN: Mapping[str, str | Promise] = {
    "": _("All"),
    "credits": _("Credits"),
    "debits": _("Debits"),
    "expiries": _("Expiries"),
}
LONGEST_ID = 20
# Clocks differ, and times go out without parts of a second: what happened just now belongs to the statement.
AHEAD = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AskedStatement:
    """until  seconds since 1970 from which older events were asked for, "" for now;  show  one kind, "" for all"""

    period: str = USUAL
    until: str = ""
    show: str = ""
    programme: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """From the address; what makes no sense there counts as not said."""
        period, until, show = (query.get(name, "") for name in ("period", "until", "show"))
        return cls(
            period=period if period in PERIODS else USUAL,
            until=until if until.isascii() and until.isdecimal() and len(until) == 10 else "",
            show=show if show in KINDS else "",
            programme=query.get("programme", "")[:LONGEST_ID],
        )

    def times(self) -> tuple[datetime, datetime]:
        """(since, until) in whole seconds: what the ledger is asked for."""
        end = (timezone.now() + AHEAD).replace(microsecond=0)
        since = end - timedelta(days=int(self.period))
        until = datetime.fromtimestamp(int(self.until), tz=UTC) if self.until else end
        return (since, until) if since < until < end else (since, end)

    def before(self, moment: datetime) -> Self:
        """The part that ends where another began: a second earlier, so that nothing is told in both."""
        return replace(self, until=str(int((moment - OVERLAP).timestamp())))

    def but(self, **other: str) -> Self:
        """The same, otherwise chosen; the period anew begins with the newest."""
        return replace(self, **({"until": ""} if "period" in other else {}), **other)

    @property
    def query(self) -> str:
        """``?period=90&show=credits``."""
        said = {"until": self.until, "show": self.show, "programme": self.programme}
        return "?" + urlencode(
            {"period": self.period, **{name: value for name, value in said.items() if value}}
        )
