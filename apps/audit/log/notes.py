"""Signed notes and checkpoints as C2SP writes them, signed with Ed25519.

Sources: C2SP signed-note and tlog-checkpoint (github.com/C2SP/C2SP).
"""

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<told>[A-Za-z0-9+/]+={0,2})")
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class BadNote(ValueError):
    """A note that is none, or whose signature does not hold; the text says which."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name of its log, in one line as ``name+8 hex digits+base64``."""

    name: str
    key_id: bytes
    public: bytes

    @classmethod
    def read(cls, vkey: str) -> "Verifier":
        """Raises: BadNote when the line is no key or its id is not its own."""
        name, _, rest = vkey.strip().partition("+")
        told, _, encoded = rest.partition("+")
        data = _decoded(encoded)
        if data[:1] != ED25519 or len(data) != 33 or not name or told != _id_of(name, data[1:]).hex():
            raise BadNote("This is no public key of a log.")
        return cls(name, bytes.fromhex(told), data[1:])

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}"

    @property
    def vkey(self) -> str:
        """The key as one line."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def check(self, note: str) -> str:
        """The signed text of a note. Raises: BadNote when this key has not signed it, or not this text."""
        text, _, signatures = note.rpartition("\n\n")
        if not text or not signatures.endswith("\n"):
            raise BadNote("This is no signed note.")
        text += "\n"
        lines = [SIGNATURE.fullmatch(line) for line in signatures[:-1].split("\n")]
        # A line that is no signature is refused: nothing may stand in a note that nobody vouches for.
        told = [(line["name"], _decoded(line["told"])) for line in lines if line]
        if len(told) != len(lines):
            raise BadNote("This is no signed note.")
        for name, signature in told:
            if name == self.name and signature[:4] == self.key_id:
                self._check(text, signature[4:])
                return text
        raise BadNote("The note is not signed with this key.")

    def _check(self, text: str, signature: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, _encoded(text))
        except InvalidSignature:
            raise BadNote("The signature does not fit the text.") from None


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name of its log."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> "Signer":
        """From the 32 secret bytes."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Verifier(self.name, _id_of(self.name, public), public)

    def signature(self, text: str) -> str:
        """The line that is put below a text."""
        told = self.verifier.key_id + self.private.sign(text.encode())
        return f"— {self.name} {base64.b64encode(told).decode()}\n"

    def sign(self, text: str) -> str:
        """The text, an empty line, and the signature."""
        return f"{text}\n{self.signature(text)}"


@dataclass(frozen=True, slots=True)
class CheckpointText:
    """What a checkpoint says: whose log, how many entries, their root, when, and the note before it.

    `previous` is SHA-256 of the whole note before, or empty in the first one.
    """

    origin: str
    size: int
    root: bytes
    time: str
    previous: bytes

    @property
    def text(self) -> str:
        """The lines that are signed."""
        before = base64.b64encode(self.previous).decode() or "none"
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {self.time}\nprevious {before}\n"

    @classmethod
    def read(cls, text: str) -> "CheckpointText":
        """Raises: BadNote when these are not the lines of a checkpoint of ours."""
        lines = text.split("\n")
        if len(lines) != 6 or lines[3][:5] != "time " or lines[4][:9] != "previous " or lines[5]:
            raise BadNote("This is no checkpoint of a console.")
        if not SIZE.fullmatch(lines[1]):
            raise BadNote("The size of the checkpoint is no number.")
        root, told = _decoded(lines[2]), lines[4][9:]
        previous = b"" if told == "none" else _decoded(told)
        if not lines[0] or len(root) != 32 or (told != "none" and len(previous) != 32):
            raise BadNote("This is no checkpoint of a console.")
        return cls(lines[0], int(lines[1]), root, lines[3][5:], previous)


def hash_of(note: str) -> bytes:
    """How the next checkpoint names this one: SHA-256 of the whole note."""
    return hashlib.sha256(note.encode()).digest()


def _id_of(name: str, public: bytes) -> bytes:
    return hashlib.sha256(_encoded(name) + b"\n" + ED25519 + public).digest()[:4]


def _decoded(text: str) -> bytes:
    """Exactly as it is encoded: the spare bits of the last character would be a second spelling of the same."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        found = b""
    if not text or base64.b64encode(found).decode() != text:
        raise BadNote("A part of the note is no base64.")
    return found


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise BadNote("The note is no text.") from None
