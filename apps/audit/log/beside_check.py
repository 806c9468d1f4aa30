"""Checks the identifiers beside an entry: what it holds, each once, and no other person's value.

Rows that are gone were forgotten with their person, and so was a value that cannot be opened any more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.audit import hashing, person_keys
from apps.audit.identifiers import digests_of
from apps.audit.models import EntryIdentifier
from apps.core.masking import mask


@dataclass(frozen=True, slots=True)
class Beside:
    """One row: what it commits to, its kind, and how its value is masked when that is not what its digest says.

    Numbers are normalised as the settings say today, so a digest may differ by itself; its mask does not then.
    """

    entry_id: int
    commitment: str
    kind: str
    other: str = ""


def read_beside(ids: Sequence[int]) -> Iterator[Beside]:
    """The rows of these entries."""
    rows = list(
        EntryIdentifier.objects.filter(entry_id__in=ids).values_list(
            "entry_id", "digest", "salt", "kind", "holder", "value"
        )
    )
    keys = person_keys.stored_keys({holder for *_rest, holder, value in rows if value})
    for entry_id, digest, salt, kind, holder, sealed in rows:
        # The first version had the digest itself where its commitment stands now.
        told = hashing.commitment(bytes(salt), bytes(digest)) if salt else bytes(digest)
        value = person_keys.unseal(keys[holder], holder, bytes(sealed)) if sealed and holder in keys else ""
        mistaken = value and bytes(digest) not in digests_of([(kind, value)])
        yield Beside(entry_id, told.hex(), kind, mask(kind, value) if mistaken else "")


def wrong_beside(content: dict[str, Any], beside: Sequence[Beside]) -> Iterator[str]:
    """What is wrong with the rows beside an entry of this content."""
    known = set(content.get("commitments") or content.get("digests") or ())
    told = [one.commitment for one in beside]
    if not known.issuperset(told):
        yield "an identifier was put beside it that it does not hold"
    if len(told) != len(set(told)):
        yield "an identifier stands beside it twice"
    masks = {(one.get("kind"), one.get("mask")) for one in content.get("identifiers") or ()}
    kinds = {"", *(kind for kind, _mask in masks)}
    if any(one.kind not in kinds or (one.other and (one.kind, one.other) not in masks) for one in beside):
        yield "an identifier beside it is not the one it was"
