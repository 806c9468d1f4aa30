"""The key that signs checkpoints: from the environment, or a file made at the first run; and its hand-over."""

import base64
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from apps.audit.log.locking import alone
from apps.audit.log.notes import BadNote, Signer, Verifier
from apps.audit.models import Checkpoint, SigningKey

HANDOVER = "Hand-over of the signing key"


class KeyTrouble(RuntimeError):
    """The log cannot be signed; the text says what an operator has to do."""


def signer() -> Signer:
    """The current private key. Raises: KeyTrouble when it is none, or cannot be read or made."""
    return Signer.from_seed(settings.AUDIT_LOG_NAME, _seed(settings.AUDIT_SIGNING_KEY or _kept()))


def key_file() -> Path:
    """Where the key is when the environment does not hold it."""
    return Path(settings.VAR_DIR) / "trail-signing.key"


def known_signer() -> Signer:
    """The current key if the log knows it; the first key ever is made known here. Only while `alone`.

    Raises: KeyTrouble when the log was signed with another key that has not handed over to this one
    """
    ours = signer()
    newest = SigningKey.objects.order_by("-pk").first()
    if newest is None:
        newest = SigningKey.objects.create(vkey=ours.verifier.vkey, since_size=0)
    if newest.vkey != ours.verifier.vkey and _fresh_file().exists():
        # The hand-over was written down, and the process died before it could put the new key in place.
        with suppress(KeyTrouble, OSError):
            if seed_signer(_fresh_file().read_text()).verifier.vkey == newest.vkey:
                _fresh_file().replace(key_file())
                ours = signer()
    if newest.vkey != ours.verifier.vkey:
        raise KeyTrouble(
            f"The log is signed with the key {newest}, and this is {ours.verifier}. Give every worker the "
            "same CONSOLE_AUDIT_SIGNING_KEY; to change it, use “manage.py audit rotate-key”."
        )
    return ours


def at_hand() -> bool:
    """Whether this process may sign: it was given the key the log knows, or the first one. None is made here.

    Raises: KeyTrouble when what it was given is no key, or not the log's
    """
    if not settings.AUDIT_SIGNING_KEY and not key_file().exists():
        return False
    with alone(wait=True):
        known_signer()
    return True


def hand_over(seed: str, *, tell: Callable[[SigningKey], object]) -> SigningKey:
    """Let the log go on with a new key: both sign which log at which size goes from which key to which.

    seed    the new private key, as the environment holds it. When the current one is in a file, so is the new
            one from now on: it is laid beside before anybody is told of it, and put in place afterwards.
    tell    writes the entry about it, in the same transaction: without the entry there is no hand-over
    Raises: KeyTrouble when the current key is not at hand, or the new one is it
    """
    new = seed_signer(seed)
    with alone(wait=True):
        # Asked inside: two hand-overs at once would both go from the same key, and the log have two heirs.
        old = known_signer()
        if new.verifier.vkey == old.verifier.vkey:
            raise KeyTrouble("This is the key the log is signed with already.")
        if not settings.AUDIT_SIGNING_KEY:
            _lay_beside(seed)
        last = Checkpoint.objects.order_by("-size").first()
        size, root = (last.size, bytes(last.root)) if last else (0, b"")
        text = (
            f"{HANDOVER}\n{size}\n{base64.b64encode(root).decode() or 'none'}\n"
            f"from {old.verifier.vkey}\nto {new.verifier.vkey}\n"
        )
        note = f"{text}\n{old.signature(text)}{new.signature(text)}"
        made = SigningKey.objects.create(vkey=new.verifier.vkey, since_size=size, handover=note)
        tell(made)
    if not settings.AUDIT_SIGNING_KEY:
        put_in_place()
    return made


def put_in_place() -> None:
    """The key that was laid beside becomes the key, all at once, if the log goes on with it."""
    with alone(wait=True):
        known_signer()


def key_at_hand() -> Verifier | None:
    """The public half of the current key; None where there is none, and none is made."""
    try:
        kept = settings.AUDIT_SIGNING_KEY or key_file().read_text()
        return seed_signer(kept).verifier
    except (OSError, ValueError, KeyTrouble):
        return None


def verifiers(kept: list[tuple[str, int, str]] | None = None) -> list[tuple[Verifier, int]]:
    """All keys with the size from which each signs, each handed over by the one before.

    kept    (vkey, since_size, handover) in their order; without it those of the database
    Raises: BadNote naming the key that nobody handed over to
    """
    rows = kept
    if rows is None:
        rows = list(SigningKey.objects.order_by("pk").values_list("vkey", "since_size", "handover"))
    found: list[tuple[Verifier, int]] = []
    for vkey, since, note in rows:
        new = Verifier.read(vkey)
        if found and not _handed_over(note, since, found[-1][0], new):
            raise BadNote(f"The key {new} was not handed over to.")
        found.append((new, since))
    return found


def root_at_handover(note: str) -> str:
    """The root of the log that both keys signed, in base64 as it stands there; empty when there is none."""
    lines = note.split("\n")
    return lines[2] if len(lines) > 2 else ""


def new_seed() -> str:
    """A new private key, as the environment holds it."""
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return base64.b64encode(key).decode()


def seed_signer(seed: str) -> Signer:
    """A private key as the environment holds it. Raises: KeyTrouble when it is none."""
    return Signer.from_seed(settings.AUDIT_LOG_NAME, _seed(seed))


def _fresh_file() -> Path:
    return key_file().with_suffix(".new")


def _lay_beside(seed: str) -> None:
    try:
        _write(_fresh_file(), seed)
    except OSError as error:
        raise KeyTrouble(f"The new signing key of the log cannot be kept: {error}.") from error


def _handed_over(note: str, since: int, old: Verifier, new: Verifier) -> bool:
    try:
        text = old.check(note)
        lines = text.split("\n")
        return (
            new.check(note) == text
            and lines[:2] == [HANDOVER, str(since)]
            and lines[3:5] == [f"from {old.vkey}", f"to {new.vkey}"]
        )
    except BadNote:
        return False


def _seed(text: str) -> bytes:
    try:
        seed = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise KeyTrouble("The signing key of the log must be 32 bytes in base64 (CONSOLE_AUDIT_SIGNING_KEY).")
    return seed


def _kept() -> str:
    """The key in the file. Several processes may start at once: whoever comes first makes it."""
    try:
        if not key_file().exists():
            # A name of its own: a half written file of somebody who had the same number must not be it.
            fresh = key_file().with_suffix(f".{secrets.token_hex(8)}")
            _write(fresh, new_seed())
            with suppress(FileExistsError):
                os.link(fresh, key_file())
            fresh.unlink()
        return key_file().read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyTrouble(f"The signing key of the log cannot be read or made: {error}.") from error


def _write(path: Path, seed: str) -> None:
    """On the disk before anything is signed with it: a log whose key is lost cannot go on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{seed}\n")
        file.flush()
        os.fsync(file.fileno())
