"""The token endpoint."""

import hmac

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.errors import problem_reply
from apps.sandbox.api.tokens import issue


class TokenView(APIView):
    """POST /v3/oauth/token/generate: {key, secret} → {data: {accessToken, ttlSeconds}, errors: null}."""

    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        """A fresh token, 401 for a wrong pair, 400 for a body without one."""
        body = request.data if isinstance(request.data, dict) else {}
        key, secret = body.get("key"), body.get("secret")
        if not isinstance(key, str) or not isinstance(secret, str):
            return problem_reply(request, 400, "key and secret are needed", 400)
        right = hmac.compare_digest(key.encode(), settings.SANDBOX_CLIENT_KEY.encode())
        if not (right & hmac.compare_digest(secret.encode(), settings.SANDBOX_CLIENT_SECRET.encode())):
            return problem_reply(request, 401, "", 401)
        data = {"accessToken": issue(key), "ttlSeconds": settings.SANDBOX_TOKEN_SECONDS}
        return Response({"data": data, "errors": None})
