"""Asks for a reason before any address of a customer is answered, whichever room it belongs to.

An address that names a customer calls them ``customer_id``: all of them are stopped here, also those a room adds
later. Only the page that takes the reason is let through.
"""

from collections.abc import Callable
from typing import Any

from django.db import InternalError, OperationalError
from django.http import HttpRequest, HttpResponse

from apps.core.errors import ConsoleError
from apps.core.middleware import database_ill, told
from apps.customers.views.glass import TAKES_REASON, ask, look

NAME = "customer_id"
SEES = "staff.view_customers"


class BreakGlass:
    """Shows the question instead of the customer while no reason holds; one query for each such request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        # Who sees no customers is refused by the view, or reads the trail of one, which is their duty.
        if NAME not in kwargs or not request.user.has_perm(SEES):
            return None
        # What a middleware raises here nobody else turns into a page.
        try:
            glass = look(request, int(kwargs[NAME]))
            if not glass.is_closed or hasattr(view, TAKES_REASON):
                return None
            return ask(request, int(kwargs[NAME]), glass)
        except ConsoleError as error:
            return told(request, error)
        except (OperationalError, InternalError) as error:
            return database_ill(request, error)
