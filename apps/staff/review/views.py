"""The access review: its rounds, one round to decide on, and its signed result."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.audit.services import record
from apps.core.errors import Conflict, ConsoleError
from apps.core.pages import INVALID_FORM, render_page
from apps.core.said import Said
from apps.staff.access import MissingPermission, permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.models import User
from apps.staff.review import closing, deciding, opening, reading, signing
from apps.staff.review.reading import REVIEW
from apps.staff.review.reviewers import left_to_others
from apps.staff.review.rows import AccessReview, ReviewLine
from apps.staff.review.typed import REMOVE, Typed, check, typed_for

ROWS = 25


def reader_of(request: HttpRequest) -> User:
    """Reviewers, and whoever reads the trail. Raises: PermissionDenied"""
    me = person_of(request)
    if not (me.has_perm(REVIEW) or me.has_perm("staff.view_trail")):
        raise MissingPermission(REVIEW)
    return me


def found(pk: int) -> AccessReview:
    """Raises: Http404 for a round that is not there"""
    review = AccessReview.objects.filter(pk=pk).first()
    if review is None:
        raise Http404
    return review


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Every round, the newest first."""
    me = reader_of(request)
    page = Paginator(AccessReview.objects.all(), ROWS).get_page(request.GET.get("page"))
    open_one = next((one for one in page if one.is_open), None)
    context = {
        "page": page,
        "open": open_one,
        "mine": reading.progress_of(reading.lines_decided_by(me), open_one) if open_one else None,
        "months": settings.CONSOLE_ACCESS_REVIEW_MONTHS,
        "may_open": me.has_perm("staff.manage_staff") and open_one is None,
    }
    return render_page(request, "staff/reviews/list.html", context)


@require_POST
@permission_required("staff.manage_staff")
def review_open(request: HttpRequest) -> HttpResponse:
    """Begin a round now."""
    try:
        review = opening.open_review(actor=actor_of(request))
    except Conflict as error:
        return _told(request, AccessReview.objects.filter(is_open=True).first(), error)
    messages.success(request, _("The review %(number)s has begun.") % {"number": review.number})
    return redirect("staff:review", review.pk)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: what waits for this person, and what was decided."""
    me, one = reader_of(request), found(pk)
    waiting = list(reading.waiting_for(me).filter(review=one)[:ROWS])
    return _page(request, me, one, typed_for(waiting))


@require_POST
@permission_required(REVIEW)
@reauthenticate
def review_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was ticked on a page, line by line; what could not be saved stays with what was typed."""
    me, one = person_of(request), found(pk)
    sent = {int(text) for text in request.POST.getlist("line") if text.isdecimal() and len(text) < 19}
    typed = typed_for(list(reading.waiting_for(me).filter(review=one, pk__in=sent)), request.POST)
    if not check(typed):
        return _page(request, me, one, typed, INVALID_FORM)
    saved = _saved(request, me, typed)
    left = [each for each in typed if each.errors]
    if saved:
        words = ngettext("%(count)s decision is saved.", "%(count)s decisions are saved.", saved)
        messages.success(request, words % {"count": saved})
    if left:
        return _page(request, me, one, left, INVALID_FORM)
    if not saved:
        messages.info(request, _("Nothing was ticked, so nothing was saved."))
    return redirect("staff:review", pk)


@require_POST
@permission_required("staff.manage_staff")
@reauthenticate
def review_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the round; its result is signed here, or by a worker that holds the key."""
    one = found(pk)
    try:
        closed = closing.close_review(actor=actor_of(request), pk=one.pk)
    except Conflict as error:
        return _told(request, AccessReview.objects.filter(pk=pk).first(), error)
    signing.sign(closed)
    messages.success(request, _("The review %(number)s is closed.") % {"number": closed.number})
    return redirect("staff:review", pk)


@require_safe
@permission_required("staff.view_trail")
def review_result(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The result of a closed round: its lines as CSV, or the signed note about that file."""
    one = found(pk)
    if one.is_open or (form == "txt" and not one.note):
        raise Http404
    kind, text = ("text/csv", one.result) if form == "csv" else ("text/plain", one.note)
    record("staff.review.fetched", actor=actor_of(request), subject=one.number, details={"form": form})
    headers = {"Content-Disposition": f'attachment; filename="access-review-{one.number}.{form}"'}
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8", headers=headers)


def _told(request: HttpRequest, one: AccessReview | None, error: Conflict) -> HttpResponse:
    """The page of the round with what stands in the way, and what waits there. Raises: the error, without a round"""
    if one is None:
        raise error
    me = person_of(request)
    waiting = list(reading.waiting_for(me).filter(review=one)[:ROWS])
    said = Said("warn", _("Nothing was changed."), error)
    return _page(request, me, one, typed_for(waiting), error.http_status, said)


def _saved(request: HttpRequest, me: User, typed: Sequence[Typed]) -> int:
    """How many were saved; the others say why not."""
    saved = 0
    for one in (each for each in typed if each.decision):
        act = deciding.remove if one.decision == REMOVE else deciding.keep
        try:
            act(actor=actor_of(request), user=me, pk=one.line.pk, reason=one.reason)
        except ConsoleError as error:
            one.errors.append(error.words)
            if isinstance(error, deciding.EndsElsewhere) and me.has_perm("staff.view_people"):
                one.elsewhere = reverse("staff:person", args=[one.line.person_id])
        else:
            saved += 1
    return saved


def _page(
    request: HttpRequest,
    me: User,
    one: AccessReview,
    typed: Sequence[Typed],
    status: int = 200,
    said: Said | None = None,
) -> HttpResponse:
    seen = reading.lines_seen_by(me).filter(review=one)
    if not me.has_perm("staff.view_trail") and not seen.exists():
        raise PermissionDenied
    decided = Paginator(seen.exclude(decision=ReviewLine.Decision.OPEN), ROWS)
    mine = reading.lines_decided_by(me)
    left, left_count = left_to_others(me, one, ROWS)
    context = {
        "review": one,
        "said": said,
        "typed": typed,
        "left": left,
        "left_count": left_count,
        "decided": decided.get_page(request.GET.get("page")),
        "all": reading.progress_of(seen, one) if one.is_open else None,
        "mine": reading.progress_of(mine, one) if one.is_open else None,
        "may_close": one.is_open and me.has_perm("staff.manage_staff"),
        "may_fetch": not one.is_open and me.has_perm("staff.view_trail"),
        "verdict": None if one.is_open else signing.verdict(one),
    }
    return render_page(request, "staff/reviews/one.html", context, status=status)
