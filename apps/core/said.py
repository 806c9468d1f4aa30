"""What an answer says above a form: tone, title and the error behind it."""

from dataclasses import dataclass

from apps.core.errors import ConsoleError


@dataclass(frozen=True)
class Said:
    """tone is that of an alert; words stand for the error's where there is no error."""

    tone: str
    title: str
    error: ConsoleError | None = None
    words: str = ""

    @property
    def text(self) -> str:
        """What happened."""
        return self.error.message if self.error else self.words

    @property
    def next_step(self) -> str:
        """What to do."""
        return self.error.next_step if self.error else ""

    @property
    def code(self) -> str:
        """The outside's code."""
        return self.error.code if self.error else ""

    @property
    def request_id(self) -> str:
        """The outside's request id."""
        return self.error.request_id if self.error else ""
