"""What an answer says above a form: tone, title and, where there is one, the error behind it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.errors import ConsoleError
from apps.goodwill.models import GoodwillRequest, OutsideAct


@dataclass(frozen=True)
class Said:
    """tone is that of an alert; words stand for the error's where there is no error."""

    tone: str
    title: str
    error: ConsoleError | None = None
    words: str = ""
    code: str = ""
    request_id: str = ""

    @property
    def text(self) -> str:
        """What happened."""
        return self.error.message if self.error else self.words

    @property
    def next_step(self) -> str:
        """What to do."""
        return self.error.next_step if self.error else ""

    @property
    def shown_code(self) -> str:
        """The outside's code."""
        return self.code or (self.error.code if self.error else "")

    @property
    def shown_request_id(self) -> str:
        """The outside's request id."""
        return self.request_id or (self.error.request_id if self.error else "")

    @classmethod
    def of_act(cls, request: GoodwillRequest, act: OutsideAct | None) -> "Said":
        """A sending that was refused: nothing moved."""
        words = request.message or (act.message if act else "")
        return cls(
            "bad",
            _("Refused: nothing was given."),
            words=_("%(why)s Correct it below and send it again.") % {"why": words},
            code=act.code if act else "",
            request_id=act.cap_request_id if act else "",
        )
