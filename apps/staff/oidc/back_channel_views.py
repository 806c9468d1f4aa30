"""The address at which the provider tells of sign-outs. It answers machines: no page, no cookie, no CSRF token."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.audit.services import record
from apps.staff.access import public
from apps.staff.actors import actor_of
from apps.staff.guessing import too_many
from apps.staff.oidc.back_channel import NotBelieved, sign_out
from apps.staff.oidc.config import is_on, provider_name
from apps.staff.oidc.problems import ProviderIll

REFUSED_A_MINUTE = 20


@csrf_exempt
@public
@require_POST
@sensitive_post_parameters("logout_token")
def oidc_back_channel(request: HttpRequest) -> HttpResponse:
    """200 when the sessions have ended, or there were none; 400 for what is not believed.

    Source: OpenID Connect Back-Channel Logout 1.0, sections 2.5 and 2.8
    """
    if not is_on():
        raise Http404
    try:
        sign_out(actor=actor_of(request), token=request.POST.get("logout_token", ""))
    except NotBelieved as error:
        return _refused(request, error.code)
    except ProviderIll as error:
        return _answer(503, "temporarily_unavailable", error.code)
    return _never_kept(HttpResponse(status=200))


def _refused(request: HttpRequest, code: str) -> HttpResponse:
    """An entry for each, but not more than a few a minute from one address."""
    if too_many("oidc-back-channel", request, REFUSED_A_MINUTE):
        return _answer(429, "invalid_request", code)
    record(
        "staff.oidc_logout_refused",
        actor=actor_of(request),
        outcome="refused",
        subject=provider_name(),
        details={"problem": code},
    )
    return _answer(400, "invalid_request", code)


def _answer(status: int, error: str, code: str) -> HttpResponse:
    return _never_kept(JsonResponse({"error": error, "error_description": code}, status=status))


def _never_kept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer
