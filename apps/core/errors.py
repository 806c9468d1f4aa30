"""Errors people can read: one tree, each with a full sentence, a next step and references."""


class ConsoleError(Exception):
    """Something did not happen, said in words for the person who asked.

    message    a full sentence: what is true now
    next_step  a full sentence: what to do about it, or empty
    code       the outside system's code, or empty
    request_id the outside system's request id, or empty
    field      the form field the sentence belongs beside, or empty
    also       what else is wrong with the same form, see `faults`
    """

    http_status = 500
    title = "This did not work"

    def __init__(
        self,
        message: str,
        *,
        next_step: str = "",
        code: str = "",
        request_id: str = "",
        field: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.code = code
        self.request_id = request_id
        self.field = field
        self.also: list[ConsoleError] = []

    @property
    def words(self) -> str:
        """What is true now and what to do about it, as one text."""
        return f"{self.message} {self.next_step}".strip()


class Refused(ConsoleError):
    """A rule says no: nothing was done."""

    http_status = 403
    title = "Not allowed"


class Missing(ConsoleError):
    """There is no such thing, or it is not this person's to see."""

    http_status = 404
    title = "Not found"


class NotThisWay(ConsoleError):
    """The address is right, the way of asking is not: a form's address was opened, or a page was posted to."""

    http_status = 405
    title = "Nothing opens here"


class Conflict(ConsoleError):
    """What is true now no longer fits what was asked."""

    http_status = 409
    title = "Something has changed"


class BadInput(ConsoleError):
    """What was typed cannot be used as it is."""

    http_status = 422
    title = "Please correct what was typed"


class Unavailable(ConsoleError):
    """A part that is needed does not answer at the moment."""

    http_status = 503
    title = "Not available at the moment"


class TraceUnavailable(Unavailable):
    """The audit trail cannot be written, so nothing was sent."""

    title = "Nothing was sent"
