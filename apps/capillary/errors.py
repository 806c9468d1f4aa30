"""The one tree of errors a call can end in: permanent or not, outcome known or not."""

from typing import ClassVar

from apps.core.errors import ConsoleError


class CapillaryError(ConsoleError):
    """A call did not end well.

    `permanent`: asking again with the same input cannot help. `outcome_known`: it is certain whether the
    outside did the thing (False only for writes whose answer never came). `code` is the API's own code,
    `request_id` its X-Cap-Requestid, `status` the HTTP status, `call_id` the recorder's. `said` is what the outside
    wrote beside a refusal, scrubbed: it may name the step or the limit that our own words leave out.
    """

    http_status = 503
    title = "The loyalty system is not available"
    default_permanent: ClassVar[bool] = False
    default_outcome_known: ClassVar[bool] = True

    def __init__(
        self,
        message: str,
        *,
        next_step: str = "",
        code: str = "",
        request_id: str = "",
        field: str = "",
        status: int | None = None,
        permanent: bool | None = None,
        call_id: str = "",
        said: str = "",
    ) -> None:
        super().__init__(message, next_step=next_step, code=code, request_id=request_id, field=field)
        self.status = status
        self.permanent = self.default_permanent if permanent is None else permanent
        self.outcome_known = self.default_outcome_known
        self.call_id = call_id
        self.said = said


class NotSent(CapillaryError):
    """Nothing left this machine, or no connection was made: certainly not done, may be sent again."""

    title = "Nothing was sent"


class RateLimited(NotSent):
    """Too many calls: ours were held back, or the outside asked us to slow down (429). Not done."""

    retry_after_seconds: float = 0.0


class CircuitOpen(NotSent):
    """The outside is ill and calls pause for a moment. Not done."""


class Rejected(CapillaryError):
    """The API said no, in an answer that was understood. Certainly not done."""

    title = "The loyalty system said no"
    http_status = 422
    default_permanent = True


class CustomerNotFound(Rejected):
    """No customer has this identifier or id (in the source asked)."""

    title = "Not found"
    http_status = 404


class CustomerMerged(Rejected):
    """The account was merged into another; `survivor_id` is None when the answer does not name it."""

    title = "This customer was merged"
    http_status = 409
    survivor_id: int | None = None


class Unauthorized(CapillaryError):
    """The console's own credentials were refused. Certainly not done; an administrator must look."""

    title = "The console could not sign in"
    http_status = 502
    default_permanent = True


class Unreachable(CapillaryError):
    """A read that got no usable answer: no connection, too slow, dropped, or a failure of the other side."""


class Garbled(CapillaryError):
    """A read was answered with something that was not understood. The evidence is in the trail."""

    title = "The answer was not understood"
    http_status = 502


class OutcomeUnknown(CapillaryError):
    """A write left, and whether it was done is not known. Never send it again before reading back."""

    title = "Not known yet"
    default_outcome_known = False
