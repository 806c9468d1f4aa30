"""The lines of which exports with proofs and archives are made.

What they hold is what `apps/audit/verify_export.py` reads, which knows nothing of the console: a change here is another
VERSION there. Salts and digests of identifiers are in none, so nobody outside can try identifiers out.
"""

import hashlib
from base64 import b64encode
from typing import Any

from apps.audit.canonical import canonical
from apps.audit.log.merkle import Tree
from apps.audit.log.notes import Signer
from apps.audit.log.tiles import tree_at
from apps.audit.models import Archive, SigningKey
from apps.audit.verify_export import SIGNED


def line(value: dict[str, Any]) -> bytes:
    """One object as one line."""
    return canonical(value) + b"\n"


def text_of(value: bytes) -> str:
    """Bytes as base64."""
    return b64encode(value).decode()


def proof_of(tree: Tree, place: int) -> list[str]:
    """The path from a place to the root of this log."""
    return [text_of(one) for one in tree.inclusion(place)]


def entry_line(tree: Tree, place: int, entry_id: int, payload: bytes) -> bytes:
    """An entry, byte for byte."""
    told = {"place": place, "entry": entry_id, "proof": proof_of(tree, place)}
    return line({"kind": "entry", **told, "bytes": text_of(payload)})


def missing_line(tree: Tree, place: int, entry_id: int, leaf: bytes, archive: Archive | None = None) -> bytes:
    """A place whose entry is not in the database: in this archive, or gone."""
    told = {"place": place, "entry": entry_id, "proof": proof_of(tree, place), "leaf": text_of(leaf)}
    if archive is None:
        return line({"kind": "gone", **told})
    return line({"kind": "archived", **told, "archive": archive.name, "sha256": archive.sha256})


def keys_told(tree: Tree, signer: Signer) -> list[dict[str, Any]]:
    """All keys, from the first to the one that signs, also when another one comes meanwhile.

    A hand-over names the root of the log at that moment: the proof leads from the smaller to the larger log.
    """
    known = list(SigningKey.objects.order_by("pk"))
    vkeys = [one.vkey for one in known]
    return [_key(one, tree) for one in known[: vkeys.index(signer.verifier.vkey) + 1]]


def footer_line(told: dict[str, Any], before: bytes, signer: Signer) -> bytes:
    """The last line: what it tells, and everything signed. `before` is SHA-256 of all lines before it."""
    footer = {"kind": "footer", **told, "sha256": before.hex()}
    own = hashlib.sha256(canonical(footer)).digest()
    signed = f"{SIGNED}\n{signer.name}\n{text_of(before)}\n{text_of(own)}\n"
    return line({**footer, "note": signer.sign(signed)})


def _key(key: SigningKey, tree: Tree) -> dict[str, Any]:
    since = key.since_size
    proof: list[bytes] = []
    if key.handover and since:
        proof = tree.consistency(since) if since <= tree.size else tree_at(since).consistency(tree.size)
    return {
        "vkey": key.vkey,
        "since": since,
        "handover": key.handover,
        "proof": [text_of(one) for one in proof],
    }
