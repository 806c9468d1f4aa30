"""Addresses the look-alike does not serve: 404 in the envelope of the version."""

from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.views import APIView


class MissingView(APIView):
    """Any method, any path under a version."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse after sign-in, before the method is looked at."""
        super().initial(request, *args, **kwargs)
        raise Http404
