"""What a part of a page says when it could not be loaded, and when it asks again by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from apps.capillary.errors import CapillaryError, CircuitOpen, NotSent
from apps.core.context import current_reference
from apps.core.errors import ConsoleError

# A part that failed for the moment asks again by itself this many times, after so many seconds.
PAUSES = (10, 30)


@dataclass(frozen=True, slots=True)
class Failure:
    """As components/panel.html draws it.

    failed_as   beside the source: what came instead of an answer
    next_step   what the person can do about it
    again_in    seconds until it asks again by itself, 0 when it does not
    again_url   what it asks for then
    """

    error: ConsoleError
    reference: str
    failed_as: str
    next_step: str
    again_in: int
    again_url: str


def failure_of(error: ConsoleError, *, load_url: str, query: Mapping[str, str]) -> Failure:
    """The failed state. query: the parameters of the part, with "tries" when it asked by itself before."""
    tries = int(query["tries"]) if query.get("tries", "").isdecimal() else 0
    lasting = isinstance(error, CapillaryError) and error.permanent
    again_in = PAUSES[tries] if tries < len(PAUSES) and not lasting else 0
    next_step = error.next_step
    if isinstance(error, CircuitOpen):
        next_step = "" if again_in else _("Press Retry in a minute.")
    return Failure(
        error=error,
        reference=current_reference(),
        failed_as=_failed_as(error),
        next_step=next_step,
        again_in=again_in,
        again_url=address_of(load_url, query, tries=str(tries + 1)),
    )


def address_of(load_url: str, query: Mapping[str, str], **more: str) -> str:
    """A part's own address; pressing Retry starts counting anew."""
    kept = urlencode({**{name: value for name, value in query.items() if name != "tries"}, **more})
    return f"{load_url}?{kept}" if kept else load_url


def _failed_as(error: ConsoleError) -> str:
    """What came instead of an answer: never that there was none when there was one."""
    if isinstance(error, NotSent):
        return _("not asked")
    if not isinstance(error, CapillaryError):
        return _("not loaded")
    status = getattr(error, "status", None)
    return _("answered %(status)s") % {"status": status} if status else _("no answer")
