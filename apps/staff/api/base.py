"""What all addresses for acting programs have in common: whose key it is, in which store, problems, and once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from apps.audit.actor import Actor
from apps.audit.services import is_written, record
from apps.core.errors import BadInput, ConsoleError, Missing, Refused, TraceUnavailable
from apps.staff.actors import actor_of
from apps.staff.api import guards
from apps.staff.api.authentication import HasScope
from apps.staff.api.once import WAIT_SECONDS, Act, StillGoing, is_begun, once
from apps.staff.api.schema import ActingSchema
from apps.staff.middleware import write_refusal
from apps.staff.models import ApiKey, Store, User
from apps.staff.stores import stores_of

STORE_HEADER = "Console-Store"
LARGEST, USUAL = 200, 50
# Too many calls at the moment: nothing was done, and the same Idempotency-Key may be sent again.
TOO_MANY = 429
M = TypeVar("M", bound=models.Model)


class ActsSomewhere(BasePermission):
    """The key has an account: a key for the trail alone opens none of this."""

    message = "This key was not made for that."

    def has_permission(self, request: Request, _view: APIView) -> bool:
        """Asked behind HasScope, which wrote the refusal down for all others."""
        return isinstance(request.user, User)


class ActingView(APIView):
    """An address for programs with an account.

    permissions  {"GET": "staff.view_customers", "POST": (…)}: one of them is enough
    writes       methods that change something: each needs an Idempotency-Key
    in_a_store   methods that need to know in which store they act, besides those that write
    sent_as      what services call a field, where programs send it under another name
    """

    permissions: dict[str, str | tuple[str, ...]]
    writes: tuple[str, ...] = ()
    in_a_store: tuple[str, ...] = ()
    sent_as: ClassVar[dict[str, str]] = {"identifier": "customer_id"}
    permission_classes = [HasScope, ActsSomewhere]
    schema = ActingSchema()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whose key, whether it may, and where it acts."""
        if not hasattr(self, (request.method or "").lower()):
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)
        request._request.api_store = self._store(request)  # type: ignore[attr-defined]

    def handle_exception(self, exc: Exception) -> Response:
        """As a problem; a refusal is an entry as it is on the pages."""
        if isinstance(exc, Refused):
            write_refusal(self.request._request, exc)
        if isinstance(exc, ConsoleError):
            exc.field = self.sent_as.get(exc.field, exc.field)
        answer = super().handle_exception(exc)
        if isinstance(exc, StillGoing):
            answer["Retry-After"] = str(WAIT_SECONDS)
        return answer

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """As Django REST framework's. A call that no service wrote down is an entry of its own: a list, a read of what
        is not there, an answer told again. Those above the rate are not: they are many, and did nothing."""
        if response.status_code != TOO_MANY and hasattr(request._request, "api_key"):
            try:
                self._write_down(response.status_code)
            except TraceUnavailable as error:
                if response.status_code < 400:
                    response = self.handle_exception(error)
        return super().finalize_response(request, response, *args, **kwargs)

    def _write_down(self, status: int) -> None:
        if is_written():
            return
        match = self.request._request.resolver_match
        record(
            "api.called",
            actor=self.actor,
            outcome="done" if status < 400 else "not_done",
            subject=match.view_name if match else "",
            details={"method": self.request.method or "", "status": status},
        )

    @property
    def user(self) -> User:
        """The program's account."""
        return cast(User, self.request.user)

    @property
    def actor(self) -> Actor:
        """The same in the trail's terms."""
        return actor_of(self.request._request)

    def given(self, serializer: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """What was sent, read. Raises ValidationError, beside the fields."""
        read = serializer(data=self.request.data)
        read.is_valid(raise_exception=True)
        return cast(dict[str, Any], read.validated_data)

    def opened(self, customer_id: int) -> int:
        """The customer's id, when they may be shown to this program. Raises Refused until a reason is given.

        A reason holds for half an hour, an Idempotency-Key for two days: whoever asks again what became of an act must
        not read that it was refused.
        """
        if self.request.method in self.writes and is_begun(self.request, cast(ApiKey, self.request.auth)):
            return customer_id
        guards.check(actor=self.actor, user=self.user, customer_id=customer_id)
        return customer_id

    @sensitive_variables("body", "sent")
    def once(self, act: Act, body: Any = None) -> Response:
        """The answer of a write, carried out once: see `once.once`. A refusal known for certain is an answer too.

        body    where what was sent is no JSON: what tells it from anything else
        """

        def told(token: UUID, since: datetime | None) -> Response:
            try:
                return act(token, since)
            except ConsoleError as error:
                if error.http_status >= 500 or error.http_status == TOO_MANY:
                    raise
                answer = self.handle_exception(error)
                answer.data["outcome"] = "not_done"
                return answer

        sent = self.request.data if body is None else body
        return once(self.request, cast(ApiKey, self.request.auth), sent, told)

    def page(self, rows: "models.QuerySet[M]", told: Callable[[M], dict[str, Any]], **asked: Any) -> Response:
        """Rows newest first, from a cursor backwards; ``asked`` are the filters, for the address of the next page."""
        size, before = limit_of(self.request), number_of(self.request, "before")
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found = list(rows.order_by("-pk")[: size + 1])
        shown = found[:size]
        following = None
        if len(found) > size:
            query = self.request.query_params.copy()
            query["before"] = str(shown[-1].pk)
            following = f"{self.request.path}?{query.urlencode()}"
        return Response({"items": [told(one) for one in shown], "next": following})

    def _store(self, request: Request) -> Store | None:
        """The store named in the header, or the only one. Raises BadInput, Missing for somebody else's."""
        if not isinstance(request.user, User):
            return None
        stores = stores_of(request.user)
        code = request.headers.get(STORE_HEADER, "").strip()
        if code:
            named = next((one for one in stores if one.code.casefold() == code.casefold()), None)
            if named is None:
                raise Missing(
                    _("This key has no such store."),
                    next_step=_("Send the code of a store the key was made for."),
                    code="store_unknown",
                )
            return named
        if len(stores) == 1:
            return stores[0]
        if request.method in {*self.writes, *self.in_a_store}:
            raise _NoStore(
                _("This key may act in several stores: say in which."),
                next_step=_("Send its code in a header Console-Store."),
                code="store_missing",
            )
        return None


class _NoStore(BadInput):
    http_status = 400
    title = "Console-Store is missing"


def accepted(data: dict[str, Any], url: str) -> Response:
    """Not known yet: where to look, and what is known."""
    return Response(data, status=202, headers={"Location": url, "Retry-After": "5"})


def answered(data: dict[str, Any], url: str, *, status: int = 200) -> Response:
    """How an act stands, and where it can be read again; 202 instead of status while that is not known yet."""
    if data["outcome"] == "not_known_yet":
        return accepted(data, url)
    return Response(data, status=status, headers={"Location": url})


def limit_of(request: Request) -> int:
    """How many rows a page. Raises ValidationError."""
    found = number_of(request, "limit")
    if found is not None and not 1 <= found <= LARGEST:
        raise ValidationError({"limit": [f"A number from 1 to {LARGEST}."]})
    return found or USUAL


def number_of(request: Request, name: str) -> int | None:
    """A whole number of the address. Raises ValidationError."""
    text = request.query_params.get(name, "")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ValidationError({name: ["A whole number."]})
    return int(text) if text else None
