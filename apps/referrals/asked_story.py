"""Which part of a customer's referrals somebody asked for in the address, and the addresses of the other parts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core import reader
from apps.referrals.story import Asked

PERIODS: Mapping[str, str | Promise] = {
    "all": _("All time"),
    "30": _("30 days"),
    "90": _("90 days"),
    "365": _("12 months"),
}
USUAL = "all"
LONGEST = 80


@dataclass(frozen=True, slots=True)
class AskedStory:
    """period is one of PERIODS, campaign and till are as the story names them; page from 1."""

    period: str = USUAL
    campaign: str = ""
    till: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """From the address; what makes no sense there counts as not said."""
        period, page = query.get("period", ""), query.get("page", "")
        return cls(
            period=period if period in PERIODS else USUAL,
            campaign=query.get("campaign", "")[:LONGEST],
            till=query.get("till", "")[:LONGEST],
            page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
        )

    def asked(self) -> Asked:
        """As the reading wants it."""
        days = None if self.period == "all" else int(self.period)
        start = reader.today() - timedelta(days=days) if days else None
        return Asked(start=start, campaign=self.campaign, till=self.till, page=self.page)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the page was asked for."""
        return bool(self.campaign or self.till or self.period != USUAL)

    def at(self, page: int) -> Self:
        """Another page of the same."""
        return replace(self, page=page)

    @property
    def query(self) -> str:
        """``?period=90&campaign=MAPLEFRIENDS``, "?" for all of it."""
        said = {
            "period": "" if self.period == USUAL else self.period,
            "campaign": self.campaign,
            "till": self.till,
            "page": "" if self.page == 1 else str(self.page),
        }
        return "?" + urlencode({name: value for name, value in said.items() if value})
