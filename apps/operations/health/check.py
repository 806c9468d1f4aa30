"""One line of the health page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Check:
    """A part's title, its tone (ok, warn or bad), what is true in a sentence, and a fact beside the title."""

    title: str | Promise
    tone: str
    sentence: str
    note: str = ""

    @property
    def word(self) -> str:
        return {"ok": _("Well"), "warn": _("Look at this"), "bad": _("Not working")}[self.tone]

    @property
    def icon(self) -> str:
        return {"ok": "circle-check", "warn": "alert-triangle", "bad": "circle-x"}[self.tone]
