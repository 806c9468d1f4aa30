"""People as CSV or XLSX: the file of everybody, an upload with its dry run, and applying it."""

import hashlib
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.audit.services import record
from apps.core.errors import BadInput
from apps.core.pages import INVALID_FORM, render_page
from apps.core.tables.writing import MEDIA_TYPES, pieces_of
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import change
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.people_csv.applying import plan_file
from apps.staff.people_csv.changes import IMPORT, values_of
from apps.staff.people_csv.forms import FileForm
from apps.staff.people_csv.reading import MOST_BYTES, decoded, rows_of
from apps.staff.people_csv.rows import PeopleFile
from apps.staff.people_csv.writing import table_of


@require_safe
@permission_required("staff.view_people")
def people_export(request: HttpRequest, form: str) -> HttpResponse:
    """Everybody this person may see, as a file: ``csv`` or ``xlsx``."""
    rows = list(table_of(person_of(request)))
    details = {"rows": len(rows) - 1, "form": form}
    record("staff.people_exported", actor=actor_of(request), details=details)
    pieces = pieces_of(rows, form, title=_("People"))
    headers = {"Content-Disposition": f'attachment; filename="people.{form}"'}
    answer = StreamingHttpResponse(pieces, content_type=MEDIA_TYPES[form], headers=headers)
    # What guards views knows only one kind of answer.
    return cast(HttpResponse, answer)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
def people_import(request: HttpRequest) -> HttpResponse:
    """GET asks for a file; POST keeps it for its dry run. Nothing is changed yet."""
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        try:
            return redirect("staff:people_file", _kept(request, form).pk)
        except BadInput as error:
            form.tell(error)
    status = INVALID_FORM if posted else 200
    return render_page(request, "staff/people_csv/upload.html", {"form": form}, status=status)


@require_safe
@permission_required("staff.manage_staff")
def people_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run: what is wrong in each row, and what would be done."""
    file = _own(request, pk)
    context = {"file": file, "plan": plan_file(file) if file.text else None}
    return render_page(request, "staff/people_csv/dry_run.html", context)


@require_POST
@permission_required("staff.manage_staff")
@sensitive_variables()
@reauthenticate
def people_file_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the dry run said, or ask a second person for it."""
    file = _own(request, pk)
    plan = plan_file(file)
    if plan.problems or not plan.does_something:
        return render_page(
            request, "staff/people_csv/dry_run.html", {"file": file, "plan": plan}, status=INVALID_FORM
        )
    # The kind answers by itself: with links, or with the list of people.
    return change(request, IMPORT, values_of(file), lambda: redirect("staff:people"))


def _kept(request: HttpRequest, form: FileForm) -> PeopleFile:
    """Raises: BadInput (file) for what is no table of people"""
    upload = form.cleaned_data["file"]
    data = upload.read(MOST_BYTES + 1)
    text = decoded(data)
    rows_of(text)
    file = PeopleFile(
        name=upload.name[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        change_existing=form.cleaned_data["change_existing"],
        made_by=person_of(request),
    )
    file.keep(text)
    file.save()
    return file


def _own(request: HttpRequest, pk: int) -> PeopleFile:
    """Raises: Http404 for a file that is not theirs"""
    file = PeopleFile.objects.filter(pk=pk, made_by=person_of(request)).first()
    if file is None:
        raise Http404
    return file
