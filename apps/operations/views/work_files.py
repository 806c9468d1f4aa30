"""HttpResponses of long work, streamed: the sample of a kind, results, failed rows, rows the dry run left out."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.audit.access import permission_required
from apps.core.errors import Missing
from apps.core.tables.writing import MEDIA_TYPES, pieces_of
from apps.operations.exporting import entries_in
from apps.operations.models import Operation
from apps.operations.views.work_shared import (
    READ,
    found_of,
    is_exported,
    kind_named,
    kind_of,
    made_of,
    may_read_rows,
)
from apps.operations.work.downloads import problem_rows, result_rows, sample_rows
from apps.operations.work.tracing import trace
from apps.staff.actors import actor_of

Answer = TypeVar("Answer", bound=HttpResponseBase)


@require_safe
@permission_required(*READ)
def sample(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """A file with the columns of the kind, to fill in."""
    wanted = kind_named(kind)
    if not wanted.file:
        raise Http404
    content = b"".join(pieces_of(sample_rows(wanted), _form(form), title=str(wanted.title)))
    return _named(HttpResponse(content, content_type=MEDIA_TYPES[form]), f"{kind}-sample.{form}")


@require_safe
@permission_required(*READ)
def results(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Every row with its outcome; ``?only=failed`` those not done, not known or skipped. In the trail first."""
    found = _readable(request, pk)
    failed = request.GET.get("only") == "failed"
    part = _("the failed rows") if failed else _("the results")
    rows = result_rows(found, kind_of(found), only_failed=failed)
    return _table(request, found, rows, _form(form), part, "failed" if failed else "results")


@require_safe
@permission_required(*READ)
def problems(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Every problem of every row the dry run left out. In the trail first."""
    found = _readable(request, pk)
    rows = problem_rows(found, kind_of(found))
    return _table(request, found, rows, _form(form), _("the rows left out"), "left-out")


@require_safe
@permission_required(*READ)
def uploaded(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they came, so that whoever approves them can look at them. In the trail first."""
    found = _readable(request, pk)
    if found.file is None:
        raise Http404
    trace("downloaded", found, actor=actor_of(request), part=_("the uploaded file"), form="file")
    # Never shown by a browser: whatever somebody uploaded is saved, under a name of our own.
    ending = "xlsx" if found.file.name.lower().endswith(".xlsx") else "csv"
    return _streamed(found.file.parts(), f"{found.number}-uploaded.{ending}", "application/octet-stream")


@require_safe
@permission_required(*READ)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that the rows of an operation made together, once all are done. In the trail first."""
    found = _readable(request, pk)
    kind = kind_of(found)
    if kind.export is None or not is_exported(found, kind):
        raise Http404
    if found.expires_at is not None and found.expires_at <= timezone.now():
        # The sweep that deletes it comes once an hour.
        raise Missing(_("The file of %(number)s is not kept any longer.") % {"number": found.number})
    made = made_of(found)
    name, media_type = (made.name, made.media_type) if made else (f"{found.number}.csv", MEDIA_TYPES["csv"])
    # How much somebody takes along: the watch compares it with what is usual.
    size: dict[str, Any] = {"entries": entries_in(found)} if "entries" in dict(kind.outputs) else {}
    trace(
        "downloaded", found, actor=actor_of(request), part=_("the file"), form=name.rpartition(".")[2], **size
    )
    return _streamed(kind.export(found), name, media_type)


def _readable(request: HttpRequest, pk: int) -> Operation:
    found = found_of(request, pk)
    may_read_rows(request, found, kind_of(found))
    if found.emptied_at is not None:
        raise Missing(
            _("The rows of %(number)s were deleted: their time is over.") % {"number": found.number}
        )
    return found


def _table(
    request: HttpRequest,
    found: Operation,
    rows: Iterable[Sequence[object]],
    form: str,
    part: str,
    name: str,
) -> HttpResponse:
    trace("downloaded", found, actor=actor_of(request), part=part, form=form)
    return _streamed(pieces_of(rows, form, title=name), f"{found.number}-{name}.{form}", MEDIA_TYPES[form])


def _streamed(pieces: Iterable[bytes], name: str, media_type: str) -> HttpResponse:
    # What guards views knows only one kind of answer.
    return cast(HttpResponse, _named(StreamingHttpResponse(pieces, content_type=media_type), name))


def _form(form: str) -> str:
    if form not in MEDIA_TYPES:
        raise Http404
    return form


def _named(answer: Answer, name: str) -> Answer:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
