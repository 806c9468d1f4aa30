"""Passkeys by the rules of WebAuthn: what the browser is asked, and whether its answer holds.

The question travels with the page, signed: nothing is kept for those who never answer, and several tabs do not
disturb each other. A question lives five minutes, and a passkey only answers one that is newer than its last.
"""

import hashlib
import json
import logging
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils import timezone
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from apps.core.errors import BadInput
from apps.staff.actors import session_mark
from apps.staff.factor_models import Passkey
from apps.staff.models import User

log = logging.getLogger("console.staff")
LASTS_SECONDS = 300
LONGEST_ANSWER = 20_000
_signer = signing.TimestampSigner(salt="apps.staff.factors.ceremony")
MUST, MAY = UserVerificationRequirement.REQUIRED, UserVerificationRequirement.PREFERRED
# Alone it stands for the password too, so the device must have asked whose finger it is.
VERIFIED = {"new": MAY, "alone": MUST, "factor": MAY, "proof": MUST}


class NotAnswered(BadInput):
    """The browser's answer does not hold; the message says what to do."""


@dataclass(frozen=True)
class Question:
    """options are for the browser, as JSON; state comes back with the answer and tells what was asked."""

    options: str
    state: str


@dataclass(frozen=True)
class NewKey:
    """A key that the browser has made: its bytes, the device's counter, and the person's handle there."""

    data: AttestedCredentialData
    uses: int
    handle: str


def possible(request: HttpRequest) -> bool:
    """Passkeys belong to a name: browsers make none for an address of figures, such as 127.0.0.1."""
    try:
        ip_address(_host(request).strip("[]"))
    except ValueError:
        return True
    return False


def ask_for_new(request: HttpRequest, person: User) -> Question:
    """Make a key for this person, on a device that has none of theirs yet."""
    known = list(person.passkeys.all())
    handle = known[0].handle if known else websafe_encode(secrets.token_bytes(32))
    entity = PublicKeyCredentialUserEntity(
        id=websafe_decode(handle), name=person.email, display_name=person.name
    )
    options, state = _server(request).register_begin(
        entity,
        [AttestedCredentialData(bytes(one.public)) for one in known],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=VERIFIED["new"],
    )
    return _question(request, dict(options), state, "new", person.pk, handle=handle)


def ask(request: HttpRequest, purpose: str, person: User | None) -> Question:
    """Show one of this person's keys; without a person any key the device has for this console.

    purpose    alone, factor or proof: an answer to one is none to another
    """
    known = [AttestedCredentialData(bytes(one.public)) for one in person.passkeys.all()] if person else None
    options, state = _server(request).authenticate_begin(known, user_verification=VERIFIED[purpose])
    return _question(request, dict(options), state, purpose, person.pk if person else 0)


def read_new(request: HttpRequest, person: User, *, answer: str, state: str) -> NewKey:
    """The key that was made. Whether it is kept is the caller's.

    Raises: NotAnswered
    """
    asked = _asked(request, state, "new", person.pk)
    try:
        made = _server(request).register_complete(asked, _parsed(answer))
    except Exception as error:
        raise _refused(error) from error
    if made.credential_data is None:
        raise _refused(ValueError("no key"))
    return NewKey(made.credential_data, made.counter, asked["handle"])


def check(request: HttpRequest, purpose: str, person: User | None, *, answer: str, state: str) -> Passkey:
    """The passkey that answered, with its person; the answer is used up.

    Raises: NotAnswered, also for somebody else's key and for a device whose counter went back
    """
    asked = _asked(request, state, purpose, person.pk if person else 0)
    given = _parsed(answer)
    key = Passkey.objects.select_related("person").filter(key_id=id_of(_raw_id(given))).first()
    if key is None or (person is not None and key.person_id != person.pk):
        raise _refused(LookupError("no such key"))
    try:
        stored = AttestedCredentialData(bytes(key.public))
        _server(request).authenticate_complete(asked, [stored], given)
        read = AuthenticationResponse.from_dict(given).response
        handle = websafe_encode(read.user_handle) if read.user_handle else ""
    except Exception as error:
        raise _refused(error) from error
    if handle not in ({key.handle} if person is None else {key.handle, ""}):
        raise _refused(LookupError("another person's handle"))
    _use_up(key, asked["at"], read.authenticator_data.counter)
    return key


def id_of(raw: bytes) -> str:
    """What a key is found by."""
    return hashlib.sha256(raw).hexdigest()


def _use_up(key: Passkey, asked_at: int, uses: int) -> None:
    """Of two who bring the same answer one is too late; a copy of a key that counts falls behind the other."""
    mine = Passkey.objects.filter(pk=key.pk, last_asked__lt=asked_at)
    mine = mine.filter(uses__lt=uses) if uses else mine.filter(uses=0)
    if not mine.update(last_asked=asked_at, uses=uses, last_used_at=timezone.now()):
        raise _refused(ValueError("used before"))


def _question(
    request: HttpRequest, options: dict[str, Any], state: dict[str, Any], purpose: str, who: int, **more: str
) -> Question:
    kept = {
        "challenge": state["challenge"],
        "for": purpose,
        "who": who,
        "session": _session(request, purpose),
        "at": time.time_ns() // 1000,
        **more,
    }
    return Question(json.dumps(options), _signer.sign_object(kept))


def _asked(request: HttpRequest, state: str, purpose: str, who: int) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = _signer.unsign_object(state, max_age=LASTS_SECONDS)
    except signing.BadSignature as error:
        raise _refused(error) from error
    if (kept["for"], kept["who"], kept["session"]) != (purpose, who, _session(request, purpose)):
        raise _refused(LookupError("asked elsewhere"))
    return kept | {"user_verification": VERIFIED[purpose]}


def _session(request: HttpRequest, purpose: str) -> str:
    """A stranger has no session yet."""
    return "" if purpose == "alone" else session_mark(request)


def _parsed(answer: str) -> dict[str, Any]:
    try:
        given = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError) as error:
        raise _refused(error) from error
    if not isinstance(given, dict):
        raise _refused(TypeError("no answer"))
    return given


def _raw_id(given: dict[str, Any]) -> bytes:
    try:
        return websafe_decode(given["rawId"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(error) from error


def _server(request: HttpRequest) -> Fido2Server:
    return _server_at(f"{request.scheme}://{request.get_host()}", _host(request))


@lru_cache(maxsize=16)
def _server_at(origin: str, host: str) -> Fido2Server:
    # Kept, because it looks up all algorithms when it is made, and the sign-in page asks each time.
    entity = PublicKeyCredentialRpEntity(id=host, name="Loyalty Console")
    return Fido2Server(entity, attestation=None, verify_origin=lambda given: given == origin)


def _host(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


def _refused(error: Exception) -> NotAnswered:
    # What the library says tells the operator which rule was broken; it quotes nothing of the answer.
    log.info("An answer of a passkey was refused (%s: %s).", type(error).__name__, str(error)[:80])
    return NotAnswered(
        _("The passkey could not be checked, or this page was open for too long. Use it once more.")
    )
