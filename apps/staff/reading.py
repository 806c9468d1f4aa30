"""Pages are shown in the time zone and region that the signed-in person chose for themselves."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.core import reader
from apps.staff.access import View
from apps.staff.models import User


class Reader:
    """No query: the person has been read by then. Pages for everybody, and the API, read as the console writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with reader.nobody():
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, _args: Any, _kwargs: dict[str, Any]) -> None:
        if getattr(view, "login_required", True) and isinstance(request.user, User):
            reader.begin(request.user.time_zone, request.user.language)
