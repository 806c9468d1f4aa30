"""Starts the provider once for all tests, and walks through a sign-in as a browser does."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.oidc.house import CLIENT, SECRET

ROOT = Path(__file__).resolve().parent.parent.parent.parent
START, BACK = "/sign-in/oidc/", "/sign-in/oidc/back/"


@dataclass
class Provider:
    """The process, its issuer, and who sits at its sign-in page."""

    address: str

    @property
    def issuer(self):
        return f"{self.address}/o"

    def seat(self, email="asha.verma@example.com", *, sub="asha-1", spoil="", more=None, **claims):
        """Somebody sits there now; every claim can be named."""
        told = {"sub": sub, "email": email, "email_verified": True} | claims
        told = {name: value for name, value in told.items() if value is not None}
        self.steer(claims=told, spoil=spoil, **(more or {}))

    def steer(self, **told):
        requests.post(f"{self.address}/steer/", json=told, timeout=10).raise_for_status()

    def logout_token(self, spoil="", head=None, **claims):
        """As the provider sends it when somebody signs out there."""
        told = {"claims": claims, "spoil": spoil, "head": head or {}}
        answer = requests.post(f"{self.address}/steer/logout-token/", json=told, timeout=10)
        answer.raise_for_status()
        return answer.text

    def visit(self, address):
        """The browser at the provider: the address it is sent back to."""
        answer = requests.get(address, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text[:500]
        return answer.headers["Location"]

    def way_back(self, client, after=""):
        """Out of the console and through the provider: path and query it sends the browser back to."""
        out = client.get(START, {"next": after} if after else None)
        assert out.status_code == 302, out.content.decode()[-1500:]
        found = urlsplit(self.visit(out["Location"]))
        assert found.path == BACK
        return f"{found.path}?{found.query}"

    def sign_in(self, client, after=""):
        return client.get(self.way_back(client, after))


@pytest.fixture(scope="session")
def provider_process():
    """One process for all tests of this worker."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.oidc.house"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        port = process.stdout.readline().strip()
        assert port, "the provider did not start"
        yield Provider(f"http://127.0.0.1:{port}")
        process.kill()


@pytest.fixture
def provider(provider_process, settings):
    """The provider, named in the settings; Asha Verma sits there unless a test says otherwise."""
    from apps.staff.oidc import provider as remembered

    remembered.forget()
    settings.CONSOLE_OIDC = settings.CONSOLE_OIDC | {
        "issuer": provider_process.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "name": "Example ID",
    }
    provider_process.seat(more={"console": "http://testserver"})
    return provider_process
