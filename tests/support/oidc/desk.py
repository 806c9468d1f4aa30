"""The provider's pages in its own process: its protocol is django-oauth-toolkit's, its sign-in page asks nobody."""

import json
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import Application
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings

from tests.support.oidc.house import logout_token, new_key, spoilt, steered


class Validator(OAuth2Validator):
    oidc_claim_scope = None

    def get_additional_claims(self, _request):
        return {name: value for name, value in steered["claims"].items() if name not in steered["apart"]}

    def get_userinfo_claims(self, request):
        return super().get_userinfo_claims(request) | steered["claims"] | steered["userinfo"]

    def finalize_id_token(self, id_token, token, token_handler, request):
        made = super().finalize_id_token(id_token, token, token_handler, request)
        return spoilt(made, steered["spoil"], request.client.jwk_key) if steered["spoil"] else made


class Desk:
    """Whoever comes is signed in here already; `refuse` sends them back, `ill` answers nothing but 500."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if steered.get("ill") and not request.path.startswith("/steer/"):
            return HttpResponse("out of order", status=500)
        request.user = User.objects.get() if "/authorize" in request.path else AnonymousUser()
        if steered.get("refuse") and "/authorize" in request.path:
            told = {
                "error": "access_denied",
                "state": request.GET["state"],
                "iss": oauth2_settings.OIDC_ISS_ENDPOINT,
            }
            return HttpResponseRedirect(f"{request.GET['redirect_uri']}?{urlencode(told)}")
        return self.get_response(request)


@csrf_exempt
def steer(request):
    told = json.loads(request.body)
    if console := told.pop("console", ""):
        Application.objects.update(
            redirect_uris=f"{console}/sign-in/oidc/back/", post_logout_redirect_uris=f"{console}/sign-in/"
        )
    if told.pop("new_key", False):
        oauth2_settings.OIDC_RSA_PRIVATE_KEY = new_key()
    steered.clear()
    steered.update({"claims": {}, "spoil": "", "apart": [], "userinfo": {}} | told)
    return JsonResponse({})


@csrf_exempt
def logout_token_made(request):
    """``{"claims", "spoil", "head"}``: a logout token, of the provider itself unless it is spoilt."""
    told, key = json.loads(request.body), Application.objects.get().jwk_key
    head = told.get("head", {})
    token = logout_token({"iss": oauth2_settings.OIDC_ISS_ENDPOINT} | told["claims"], key, head)
    return HttpResponse(spoilt(token, told["spoil"], key) if told.get("spoil") else token)


urlpatterns = [
    path("steer/logout-token/", logout_token_made),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("steer/", steer),
]
