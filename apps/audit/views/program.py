"""The program that checks an export, for whoever got one: it is run where the console is not."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.audit.access import permission_required
from apps.audit.views.shared import READ

# Not imported: it is a program, and ends the process where it lacks something.
PROGRAM = Path(__file__).parent.parent / "verify_export.py"


@require_safe
@permission_required(READ)
def verify_export(_request: HttpRequest) -> HttpResponse:
    """The file as it is, to be saved."""
    answer = HttpResponse(PROGRAM.read_bytes(), content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="verify_export.py"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
