"""Results of approving several, one line each."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.goodwill.deciding import Outcome
from apps.goodwill.queue_rows import what, whom
from apps.goodwill.states import State
from apps.goodwill.told import told_of

BADGES = {
    State.APPROVED: "approved",
    State.DONE: "done",
    State.NOT_CREDITED: "approved",
    State.WAITING: "waiting",
}


@dataclass(frozen=True, slots=True)
class Result:
    """One line: badge by name, what and for whom, what became of it and what to do."""

    badge: str
    what: str
    whom: str
    words: str
    next_step: str = ""
    number: str = ""
    url: str = ""
    code: str = ""
    request_id: str = ""


def results_of(outcomes: Iterable[Outcome], *, gone: int = 0) -> list[Result]:
    """What failed first, so that nobody has to look for it; `gone` ones did not wait any more."""
    found = sorted((_result(one) for one in outcomes), key=lambda one: one.badge != "refused")
    if gone:
        words = _("They do not wait for your decision any more.")
        found.insert(0, Result("refused", _("%(count)s requests") % {"count": gone}, "", words))
    return found


def _result(outcome: Outcome) -> Result:
    request, error = outcome.request, outcome.error
    common = {
        "what": what(request),
        "whom": whom(request),
        "number": request.number,
        "url": reverse("goodwill:evidence", args=[request.pk]),
    }
    if error is not None:
        return Result(
            "refused",
            words=error.message,
            next_step=error.next_step,
            code=error.code,
            request_id=error.request_id,
            **common,
        )
    badge = BADGES.get(State(request.state), "unknown")
    return Result(badge, words=told_of(request).words, **common)
