"""What the API's document says of every acting address without anybody writing it there: scopes, headers, problems."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from apps.staff.api.authentication import wanted_by
from apps.staff.api.scopes import scopes_for
from apps.staff.api.serializers import ProblemSerializer

PROBLEM = "application/problem+json"
ALWAYS = {
    400: "What was sent cannot be read.",
    401: "No key, or none that works.",
    403: "The key may not do this, or a rule says no.",
    404: "There is no such thing, or it is another store's.",
    429: "Too many calls in this minute, see RateLimit-Reset.",
    500: "Something nobody foresaw. A write may be sent again with the same Idempotency-Key.",
    503: "A part does not answer. A write may be sent again with the same Idempotency-Key.",
}
OF_ACTS = {
    409: "What is true now does not fit, or the same Idempotency-Key is still going on (Retry-After).",
    422: "What was sent cannot be done, or the Idempotency-Key was used for something else.",
    502: "Capillary's answer is not understood.",
}
STORE = OpenApiParameter(
    "Console-Store",
    str,
    OpenApiParameter.HEADER,
    description="Code of the store it is done in; needed when the key was made for several.",
)
ONCE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "Your own name for this act, up to 255 signs, such as a UUID. Sent again with the same body within 48 hours it "
        "gives the same answer and does nothing twice."
    ),
)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the document names the key."""

    target_class = "apps.staff.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "lc_…"}


class ActingSchema(AutoSchema):
    """Reads `permissions`, `writes` and `in_a_store` of the view."""

    def get_override_parameters(self) -> list[Any]:
        """The headers."""
        found = list(super().get_override_parameters())
        writes, in_a_store = (getattr(self.view, name, ()) for name in ("writes", "in_a_store"))
        if self.method in writes:
            found.append(ONCE)
        if self.method in (*writes, *in_a_store):
            found.append(STORE)
        return found

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """With the scopes and the problems."""
        operation = super().get_operation(*args, **kwargs)
        if not operation:
            return operation
        scopes = scopes_for(*wanted_by(self.view, self.method))
        operation["security"] = [{"key": [one]} for one in scopes]
        operation["description"] = (
            f"{operation.get('description', '')}\n\nScope: {' or '.join(scopes)}.".strip()
        )
        shape = {PROBLEM: {"schema": self._map_problem()}}
        asks_outside = self.method != "GET" or self.method in getattr(self.view, "in_a_store", ())
        for status, words in (ALWAYS | (OF_ACTS if asks_outside else {})).items():
            operation["responses"].setdefault(str(status), {"description": words, "content": shape})
        return operation

    def _map_problem(self) -> dict[str, str]:
        component = self.resolve_serializer(ProblemSerializer, "response")
        return dict(component.ref)
