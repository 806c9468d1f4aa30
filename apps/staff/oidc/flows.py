"""What is kept in the session between leaving for the provider and coming back: once, for ten minutes, sealed."""

import json
import secrets
import time
from dataclasses import asdict, dataclass

from django.http import HttpRequest

from apps.core.hashes import hash_of_secret
from apps.core.sealing import Sealer

SESSION_KEY = "oidc_flows"
LASTS_SECONDS = 600
# Several tabs may sign in at once; what a browser left behind does not pile up.
MOST = 5
_sealer = Sealer("apps.staff.oidc.flows")


@dataclass(frozen=True)
class Flow:
    """One way out and back. verifier and nonce are known to this console alone until they are used."""

    state: str
    nonce: str
    verifier: str
    after: str
    back: str
    until: float

    @property
    def is_late(self) -> bool:
        """Whether its time is over: it says where somebody was going, and lets nobody in."""
        return self.until <= time.time()


def begin(request: HttpRequest, *, after: str, back: str) -> Flow:
    """A new flow, kept under a hash of its state.

    after  the page asked for before signing in
    back   the whole address the provider sends people back to
    """
    flow = Flow(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        after=after,
        back=back,
        until=time.time() + LASTS_SECONDS,
    )
    kept = dict(request.session.get(SESSION_KEY, {}))
    kept[hash_of_secret(flow.state)] = _sealer.seal(json.dumps(asdict(flow)))
    request.session[SESSION_KEY] = dict(list(kept.items())[-MOST:])
    return flow


def take(request: HttpRequest, state: str) -> Flow | None:
    """The flow of this state, which then is gone: nobody comes back twice. None for one not known."""
    kept = dict(request.session.get(SESSION_KEY, {}))
    sealed = kept.pop(hash_of_secret(state), "")
    if not sealed:
        return None
    request.session[SESSION_KEY] = kept
    # Written now, whatever becomes of this request.
    request.session.save()
    opened = _sealer.unseal(sealed)
    return Flow(**json.loads(opened)) if opened else None
