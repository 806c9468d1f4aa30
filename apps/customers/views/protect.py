"""Protected customers: the list, adding one by internal id, and ending it. No customer is looked up here."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import BadInput
from apps.core.pages import INVALID_FORM, render_page
from apps.customers.forms import EndProtectionForm, ProtectForm
from apps.customers.models import ProtectedCustomer
from apps.customers.protecting import MAY_PROTECT, end_protection
from apps.customers.protecting import protect as protect_customer
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

HERE = "customers:protected"
ROWS = 50


@require_safe
@permission_required(MAY_PROTECT)
def protected(request: HttpRequest) -> HttpResponse:
    """Who is protected now, or with ``?ended=1`` who was; and the form that adds one."""
    return _page(request, ProtectForm())


@require_POST
@permission_required(MAY_PROTECT)
def protect(request: HttpRequest) -> HttpResponse:
    """Protect one customer."""
    form = ProtectForm(request.POST)
    if form.is_valid():
        try:
            row = protect_customer(actor=actor_of(request), user=person_of(request), **form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("Customer %(id)s is protected.") % {"id": row.customer_id})
            return redirect(HERE)
    return _page(request, form, INVALID_FORM)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAY_PROTECT)
def protection_end(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks why; POST ends it."""
    row = get_object_or_404(ProtectedCustomer, pk=pk)
    form = EndProtectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            end_protection(
                actor=actor_of(request),
                user=person_of(request),
                pk=row.pk,
                reason=form.cleaned_data["reason"],
            )
        except BadInput as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("Customer %(id)s is no longer protected.") % {"id": row.customer_id})
            return redirect(HERE)
    if row.ended_at is not None:
        messages.info(request, _("Customer %(id)s is no longer protected.") % {"id": row.customer_id})
        return redirect(HERE)
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "customers/protection_end.html", {"row": row, "form": form}, status=status)


def _page(request: HttpRequest, form: ProtectForm, status: int = 200) -> HttpResponse:
    ended = "ended" in request.GET
    rows = ProtectedCustomer.objects.exclude(ended_at=None) if ended else ProtectedCustomer.objects.current()
    paged = Paginator(rows.order_by("-ended_at" if ended else "-marked_at", "-pk"), ROWS)
    page = {"form": form, "page": paged.get_page(request.GET.get("page")), "ended": ended}
    return render_page(request, "customers/protected.html", page, status=status)
