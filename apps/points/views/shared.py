"""What the pages of redemptions and reversals have in common: the polling, the trail, the calls."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from apps.audit.calls import calls_in
from apps.audit.models import Entry
from apps.audit.narrative import rows
from apps.points.models import Redemption, Reversal
from apps.points.standing import Standing, redemption_stands, reversal_stands
from apps.staff.access import person_of

Subject = Redemption | Reversal
# While something moves the page looks again, ever more slowly: two minutes for a proof, half an hour for an
# outcome, and then leaves it to the person.
PROOF_LOOKS, OUTCOME_LOOKS, SLOWEST_SECONDS = 12, 65, 30
MOST_ENTRIES, MOST_CALLS = 100, 400


def kind_of(subject: Subject) -> str:
    """redemption or reversal, as in the names of addresses."""
    return "redemption" if isinstance(subject, Redemption) else "reversal"


def stands(subject: Subject) -> Standing:
    """Where it stands."""
    return redemption_stands(subject) if isinstance(subject, Redemption) else reversal_stands(subject)


def visible(request: HttpRequest, kind: str, pk: int) -> Subject:
    """The redemption or reversal if this person may see it; otherwise there is none."""
    person = person_of(request)
    found: Subject | None
    if kind == "redemption":
        found = Redemption.objects.visible_to(person).select_related("store", "user").filter(pk=pk).first()
    else:
        seen = Reversal.objects.visible_to(person).filter(pk=pk)
        joined = seen.select_related("store", "redeemed_store", "user", "decided_by")
        found = joined.prefetch_related("acts").first()
    if found is None:
        raise Http404
    return found


def polling(request: HttpRequest, subject: Subject, *, first: bool = False) -> dict[str, Any]:
    """What `_standing.html` needs beside the subject; on the page itself it has just been looked at."""
    said, was = stands(subject), request.GET.get("was", "")
    times = request.GET.get("times", "")
    looked = 0 if first else _number(times) + 1
    most = OUTCOME_LOOKS if said.badge == "unknown" else PROOF_LOOKS
    kind = kind_of(subject)
    return {
        "subject": subject,
        "kind": kind,
        "standing": said,
        "times": looked,
        "delay": min(2 + looked, SLOWEST_SECONDS),
        "over": looked >= most,
        "news": not first and was != said.badge,
        "result_url": reverse(f"points:{kind}_result", args=[subject.pk]),
        "page_url": reverse(f"points:{kind}", args=[subject.pk]),
    }


def trail_of(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """The entries this person may see, newest first."""
    entries = _entries(request, subject)
    return {
        "rows": rows(entries, folded=False),
        "more_entries": len(entries) == MOST_ENTRIES,
        "opens": person_of(request).has_perm("staff.view_trail"),
    }


def calls_of(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """Every call to the outside it caused, whoever or whatever made it."""
    acts = [subject] if isinstance(subject, Redemption) else list(subject.acts.all())
    references = {subject.correlation, *(act.correlation for act in acts)}
    viewed = f"points.{kind_of(subject)}.viewed"
    references |= {entry.reference for entry in _entries(request, subject) if entry.action != viewed}
    halves = Entry.objects.visible_to(person_of(request)).filter(reference__in=references - {""})
    shown = list(halves.exclude(call_id="").order_by("id")[:MOST_CALLS])
    return {"calls": calls_in(shown), "more": len(shown) == MOST_CALLS}


def _entries(request: HttpRequest, subject: Subject) -> list[Entry]:
    mine = Entry.objects.visible_to(person_of(request)).filter(subject=subject.number)
    return list(mine.filter(customer=str(subject.customer_id)).order_by("-id")[:MOST_ENTRIES])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0
