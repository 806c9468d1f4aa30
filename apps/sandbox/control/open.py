"""What the views of the control API share."""

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView


class ControlView(APIView):
    """Open to everybody who can reach the sandbox: it holds nothing real."""

    authentication_classes = ()
    permission_classes = ()


def values(request: Request) -> dict[str, Any]:
    """The body as a dict; anything else counts as empty."""
    return dict(request.data) if isinstance(request.data, dict) else {}
