"""An OpenID provider in a process of its own, for tests: django-oauth-toolkit with jwcrypto and oauthlib.

Other libraries than the console's client, so that both cannot share a mistake. It prints its port and serves until it
is stopped. ``/steer/`` says who sits at its sign-in page, and how the next ID tokens are spoilt.
"""

import base64
import json
import os
import secrets
import sys
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from jwcrypto import jwk

CLIENT, SECRET = "console-of-tests", "only-for-tests-" + "o" * 20
BACK, AFTER = "http://testserver/sign-in/oidc/back/", "http://testserver/sign-in/"
# What /steer/ has said: claims of the person, and how tokens are spoilt.
steered: dict = {"claims": {}, "spoil": ""}


def new_key() -> str:
    return jwk.JWK.generate(kty="RSA", size=2048).export_to_pem(private_key=True, password=None).decode()


def configure(issuer: str) -> None:
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    settings.configure(
        SECRET_KEY="p" * 50,
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "tests.support.oidc.desk.Desk",
        ],
        ROOT_URLCONF="tests.support.oidc.desk",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        # Tables from the models: nobody keeps this database.
        MIGRATION_MODULES=dict.fromkeys(("auth", "contenttypes", "sessions", "oauth2_provider")),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": issuer,
            "OIDC_RSA_PRIVATE_KEY": new_key(),
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
            "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
            "OAUTH2_VALIDATOR_CLASS": "tests.support.oidc.desk.Validator",
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who", "email": "address", "profile": "name"},
        },
    )
    django.setup()


def register_console() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_user("somebody")
    Application.objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        algorithm=Application.RS256_ALGORITHM,
        redirect_uris=BACK,
        post_logout_redirect_uris=AFTER,
        skip_authorization=True,
    )


def spoilt(token: str, how: str, key: jwk.JWK) -> str:
    """The token as somebody would have made it who is not to be believed."""
    from jwcrypto import jwt

    header, payload, _signature = token.split(".")
    head, claims = (json.loads(base64.urlsafe_b64decode(one + "==")) for one in (header, payload))
    claims |= {
        "expired": {"exp": int(time.time()) - 3600},
        "audience": {"aud": "another-house"},
        "nonce": {"nonce": "of-another-sign-in"},
        "issuer": {"iss": "https://id.example.org"},
        "long ago": {"auth_time": int(time.time()) - 1000},
        "access": {"at_hash": "of-another-token"},
    }.get(how, {})
    if how == "none":
        unsigned = [json.dumps({**head, "alg": "none"}), json.dumps(claims)]
        return ".".join(base64.urlsafe_b64encode(one.encode()).decode().rstrip("=") for one in unsigned) + "."
    if how == "shared":
        # Signed with what everybody can read: the public key taken for a shared secret.
        head["alg"], key = "HS256", jwk.JWK.from_password(key.export_to_pem().decode())
    if how == "signature":
        key = jwk.JWK.generate(kty="RSA", size=2048)
    made = jwt.JWT(header=json.dumps(head), claims=json.dumps(claims))
    made.make_signed_token(key)
    return made.serialize()


def logout_token(claims: dict, key: jwk.JWK, head: dict) -> str:
    """A logout token as the provider sends it, with any claim otherwise; None leaves one out."""
    from jwcrypto import jwt

    now = int(time.time())
    event = {"http://schemas.openid.net/event/backchannel-logout": {}}
    told = {
        "aud": CLIENT,
        "iat": now,
        "exp": now + 120,
        "jti": secrets.token_hex(8),
        "events": event,
    } | claims
    made = jwt.JWT(
        header=json.dumps({"alg": "RS256", "kid": key.thumbprint(), "typ": "logout+jwt"} | head),
        claims=json.dumps({name: value for name, value in told.items() if value is not None}),
    )
    made.make_signed_token(key)
    return made.serialize()


class Silent(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Nothing."""


def main() -> None:
    server = make_server("127.0.0.1", 0, None, handler_class=Silent)
    configure(f"http://127.0.0.1:{server.server_port}/o")
    from django.core.wsgi import get_wsgi_application

    register_console()
    server.set_app(get_wsgi_application())
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    # One module under one name, or the desk would steer another one.
    from tests.support.oidc import house

    house.main()
