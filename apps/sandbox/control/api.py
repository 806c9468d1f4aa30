"""The JSON control API under /_control/: faults, switches, requests, messages, reset."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api import hourly, tokens
from apps.sandbox.control import faults, received, switches
from apps.sandbox.control.open import ControlView, values
from apps.sandbox.models import Message


class FaultsView(ControlView):
    """Faults: list, order, clear."""

    def get(self, request: Request) -> Response:
        """All that still wait."""
        return Response({"faults": [fault.as_json() for fault in faults.book.all()]})

    def post(self, request: Request) -> Response:
        """Order one; 422 says what is wrong with it."""
        try:
            return Response(faults.book.add(values(request)).as_json(), status=201)
        except faults.BadFault as error:
            return Response({"error": str(error)}, status=422)

    def delete(self, request: Request, fault_id: int | None = None) -> Response:
        """Clear one or all."""
        faults.book.remove(fault_id)
        return Response(status=204)


class SwitchesView(ControlView):
    """The choices that hold for everybody."""

    def get(self, request: Request) -> Response:
        """Current values and what is allowed."""
        return Response({"switches": vars(switches.current()), "allowed": switches.ALLOWED})

    def post(self, request: Request) -> Response:
        """Change some of them."""
        try:
            return Response({"switches": vars(switches.choose(values(request)))})
        except switches.BadSwitch as error:
            return Response({"error": str(error)}, status=422)


class RequestsView(ControlView):
    """What arrived; ?path= (glob) &method= &after= (number) narrow it."""

    def get(self, request: Request) -> Response:
        """Oldest first."""
        after = request.query_params.get("after", "0")
        rows = received.book.rows(
            path=request.query_params.get("path", "*"),
            method=request.query_params.get("method", "*").upper(),
            after=int(after) if after.isdigit() else 0,
        )
        return Response({"count": len(rows), "requests": [row.as_json() for row in rows]})

    def delete(self, request: Request) -> Response:
        """Start with an empty list."""
        received.book.forget()
        return Response(status=204)


class MessagesView(ControlView):
    """Messages that would have been sent, newest first."""

    def get(self, request: Request) -> Response:
        """The last hundred; ?to= narrows to one receiver."""
        rows = Message.objects.order_by("-id")
        if to := request.query_params.get("to"):
            rows = rows.filter(to=to)
        fields = ("id", "customer_id", "channel", "to", "purpose", "body")
        return Response({"messages": list(rows.values(*fields)[:100])})


class TokensView(ControlView):
    """Tokens in use."""

    def delete(self, request: Request) -> Response:
        """Let every token end now."""
        tokens.expire_all()
        return Response(status=204)


class ResetView(ControlView):
    """Back to the start: no faults, default switches, empty request list; the data stays."""

    def post(self, request: Request) -> Response:
        """Forget all that was ordered."""
        reset()
        return Response(status=204)


def reset() -> None:
    """No faults, default switches, empty request list, nothing counted in this hour."""
    faults.book.remove()
    switches.forget()
    received.book.forget()
    hourly.book.forget()
