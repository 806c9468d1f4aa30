"""What an organisation may not have: whole parts of the API that a switch takes away."""

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from apps.sandbox.api.errors import Refusal
from apps.sandbox.control import switches


class Gated(APIView):
    """A view of a part that can be missing: 403 while the switch of this name is off.

    The reference has 403 for "not enabled for the organisation" and says nowhere which parts can be that.
    """

    gate = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse after sign-in, before anything else is looked at."""
        super().initial(request, *args, **kwargs)
        if getattr(switches.of(request), self.gate) == "off":
            raise Refusal(403)
