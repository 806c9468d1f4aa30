"""The form that starts long work: a file and what is the same for all rows, or only the latter."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.audit.access import permission_required
from apps.core.errors import BadInput, Refused
from apps.core.pages import INVALID_FORM, go, render_page
from apps.operations.forms_work import StartForm
from apps.operations.models import Operation
from apps.operations.models.files import StoredFile
from apps.operations.views.work_shared import READ, kind_named
from apps.operations.work import services
from apps.operations.work.files import keep, table_of
from apps.operations.work.hours import hours_of
from apps.operations.work.kinds import Kind
from apps.operations.work.tables import places_of
from apps.staff.access import MissingPermission, person_of
from apps.staff.actors import actor_of

# A larger file is looked at by the worker alone: the page would keep the person waiting.
LOOKED_AT_ONCE = 5_000_000


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(*READ)
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """GET shows what the kind needs; POST keeps the file, and its dry run begins by itself."""
    wanted = kind_named(kind)
    if not person_of(request).has_perm(wanted.permission):
        raise MissingPermission(wanted.permission)
    posted = request.method == "POST"
    form = StartForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        kind=wanted,
        initial=_brought(request, wanted),
    )
    if posted and form.is_valid():
        started = _started(request, wanted, form)
        if started is not None:
            messages.success(request, _("%(number)s: the dry run has begun.") % {"number": started.number})
            return go(request, "operations:operation", started.pk)
    # A template would call `kind.export` and take its failing for no.
    exports = wanted.export is not None
    context = {"kind": wanted, "exports": exports, "form": form, "hours": hours_of(wanted.code)}
    status = INVALID_FORM if posted else 200
    return render_page(request, "operations/work/upload.html", context, status=status)


def _brought(request: HttpRequest, kind: Kind) -> dict[str, str]:
    """What a link filled in, as the trail does with its filters; nothing begins before somebody presses."""
    # What is too long is not cut: it would ask for something else. The form says so.
    return {f"ask_{one.name}": request.GET[one.name] for one in kind.asks if one.name in request.GET}


def _started(request: HttpRequest, kind: Kind, form: StartForm) -> Operation | None:
    """None when something is wrong with what was given; the form then says what."""
    file: StoredFile | None = None
    values = {
        "actor": actor_of(request),
        "user": person_of(request),
        "kind": kind.code,
        "parameters": form.parameters,
        "title": form.cleaned_data["title"],
        "stop_after_errors": form.cleaned_data["stop_after_errors"],
    }
    try:
        if not kind.file:
            return services.start(**values)
        file = _kept(kind, form.cleaned_data["file"])
        return services.start_upload(file=file, **values)
    except BadInput as error:
        form.refuse(error, otherwise="file" if kind.file else None)
    except Refused as error:
        form.add_error(None, error.message)
    if file is not None:
        file.delete()
    return None


def _kept(kind: Kind, given: "UploadedFile[bytes]") -> StoredFile:
    """Raises BadInput for what is no table, or has not the columns the kind needs: then nothing is kept."""
    file = keep(given.chunks(), name=given.name or _("file"))
    if file.size <= LOOKED_AT_ONCE:
        try:
            places_of(kind.columns, table_of(file).header)
        except BadInput:
            file.delete()
            raise
    return file
