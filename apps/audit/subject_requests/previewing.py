"""What an erasure would destroy, counted before anybody says yes, and why the first person asked for it."""

from django.utils.translation import gettext as _

from apps.audit.models import Entry, EntryIdentifier, SubjectRequest
from apps.audit.subject_requests.forgetting import some_of
from apps.audit.subject_requests.rooms import Subject, rooms

# Tables of entries, whose sealed bytes stay, and of the request itself.
STAY = frozenset({"who_looked", "acts", "calls", "subject_requests", "identifiers"})


def what_goes(subject: Subject) -> list[tuple[str, int]]:
    """Titles with how many rows, as far as a click sees: those a worker has to open first are not among them."""
    counted = [(_("Identifiers beside entries"), _identifiers(subject))]
    for room in rooms():
        for table in room.tables:
            if table.name not in STAY:
                rows = sum(1 for _row in table.rows(subject))
                counted.append((str(table.held or table.title), rows))
    return [one for one in counted if one[1]]


def _identifiers(subject: Subject) -> int:
    # Asked apart: of both at once no index answers.
    about = Entry.objects.filter(customer=str(subject.customer)).values("pk")
    found = EntryIdentifier.objects.filter(entry_id__in=about).count()
    for some in some_of(list(subject.digests)):
        found += EntryIdentifier.objects.filter(digest__in=some).exclude(entry_id__in=about).count()
    return found


def asked_because(request: SubjectRequest) -> str:
    """What the first person wrote when they asked a second one; "" where its entry has gone to an archive."""
    asked = Entry.objects.about_subject(request.number).filter(action="subject.erasure.asked")
    return asked.order_by("-id").values_list("reason", flat=True).first() or ""
