"""Wrong codes and proofs count as wrong passwords do: the same pause for account and address together.

A try is taken before it is read (`limiter`): who asked `is_paused` says afterwards that it was wrong (`count_wrong`),
or that nothing was (`give_back`, `forget_wrong`).
"""

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, QueryDict


def is_paused(request: HttpRequest, email: str) -> bool:
    """Whether tries are refused unread now; then the limiter's page takes the place of any answer. Else one is taken:
    it counts as wrong until something else is said."""
    if AxesProxyHandler.is_allowed(request, {"username": email}):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]
    _tell_limiter(request, email)
    return True


def count_wrong(request: HttpRequest, email: str) -> int:
    """The try that was taken was wrong; how many are left. At none the limiter's page takes the place of the answer."""
    _tell_limiter(request, email)
    failures: int = AxesProxyHandler.get_failures(request, {"username": email})
    return max(settings.AXES_FAILURE_LIMIT - failures, 0)


def forget_wrong(request: HttpRequest, email: str) -> None:
    """As after signing in: who has shown who they are begins anew."""
    AxesProxyHandler.update_request(request)
    AxesProxyHandler.get_implementation().reset_user_attempts(request, {"username": email})


def _tell_limiter(request: HttpRequest, email: str) -> None:
    """Without what was sent: the limiter would keep it, and it may be a code, or a form that is carried along."""
    sent, asked = request.POST, request.GET
    request.POST, request.GET = QueryDict(), QueryDict()
    try:
        user_login_failed.send(__name__, credentials={"username": email}, request=request)
    finally:
        request.POST, request.GET = sent, asked
