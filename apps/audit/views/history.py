"""Histories as one stream of sentences: of a customer, of what rooms number, and what one person did."""

from typing import Any

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.audit import address, whom
from apps.audit.access import permission_required, viewer_of
from apps.audit.actor import actor_of
from apps.audit.customers import is_internal_id
from apps.audit.models import Entry
from apps.audit.narrative import rows
from apps.audit.queries import EntryQuerySet
from apps.audit.services import record
from apps.audit.views.shared import READ
from apps.core.pages import render_page

HISTORY = 30
SEES = ("staff.view_customers", READ)


@require_safe
@permission_required(*SEES)
def customer_history(request: HttpRequest, customer_id: str) -> HttpResponse:
    """What was done to one customer and who looked: sentences; who may read the trail opens them too."""
    if not is_internal_id(customer_id):
        # It may be a phone number, so it is neither kept nor repeated.
        raise Http404
    return _history(
        request,
        _visible(request).filter(customer=customer_id),
        {"customer": customer_id},
        ("trail.customer.viewed", {"customer": customer_id}),
        panel="customer-history",
        title=_("History of customer %(customer_id)s") % {"customer_id": customer_id},
        heading=_("Done in this console"),
        nothing=_("What your stores do for this customer shows here."),
    )


@require_safe
@permission_required(*SEES)
def about(request: HttpRequest, subject: str) -> HttpResponse:
    """Every entry about one thing a room keeps: a request, redemption, reversal, invitation, operation or note."""
    return _history(
        request,
        _visible(request).about_subject(subject),
        {"subject": subject},
        ("trail.subject.viewed", {"subject": subject}),
        panel="subject-history",
        title=_("History of %(subject)s") % {"subject": subject},
        heading=_("History"),
        nothing=_("No entry you may see is about it."),
    )


@require_safe
@permission_required(READ)
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """What one person did, newest first; also of somebody whose account is gone."""
    mine = _visible(request).filter(actor_id=user_id)
    account = get_user_model()._default_manager.filter(pk=user_id).first()
    newest = None if account else mine.order_by("-id").first()
    if account is None and newest is None:
        raise Http404
    name = str(account or (newest and newest.actor_name))
    return _history(
        request,
        mine,
        {"person": str(user_id)},
        ("trail.person.viewed", {"details": {"person": name, "person_id": user_id}}),
        panel="person-history",
        title=_("What %(name)s did") % {"name": name},
        heading=_("Acts and refusals"),
        nothing=_("This person did nothing here yet."),
    )


def _visible(request: HttpRequest) -> EntryQuerySet:
    return Entry.objects.visible_to(viewer_of(request))


def _history(
    request: HttpRequest,
    entries: EntryQuerySet,
    found: dict[str, str],
    reading: tuple[str, dict[str, Any]],
    **words: Any,
) -> HttpResponse:
    """One page of sentences, and the next by its cursor; `reading` is the entry about it, written first."""
    before = request.GET.get("before", "")
    cursor = int(before) if whom.NUMBER.fullmatch(before) else None
    page = entries.acts().page(before=cursor, size=HISTORY)
    context = {
        **words,
        "read_at": timezone.now(),
        "rows": rows(page.entries),
        "opens": viewer_of(request).has_perm(READ),
        "older_url": f"{request.path}?before={page.older}" if page.older else "",
        "newest_url": request.path if cursor else "",
        "trail_url": address.link(reverse("audit:trail"), found),
    }
    action, values = reading
    record(action, actor=actor_of(request), **values)
    return render_page(request, "audit/history.html", context, fragment="audit/_history.html")
