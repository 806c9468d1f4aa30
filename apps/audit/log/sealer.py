"""The sealer: gives entries their place in the log, and signs a checkpoint over everything so far."""

import hmac
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.audit import hashing, key_check, texts
from apps.audit.canonical import moment
from apps.audit.log import waiting
from apps.audit.log.keys import KeyTrouble, known_signer
from apps.audit.log.locking import alone
from apps.audit.log.merkle import Frontier
from apps.audit.log.notes import CheckpointText, Signer, hash_of
from apps.audit.log.publishing import publish
from apps.audit.models import Checkpoint, Leaf, Node, Suspect

log = logging.getLogger("console.audit")

AT_ONCE = 5_000
ROWS_A_STATEMENT = 1_000


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one pass did: how many entries, and the checkpoint over them; none when nothing waited."""

    count: int = 0
    checkpoint: Checkpoint | None = None


@dataclass(slots=True)
class _Grown:
    frontier: Frontier
    leaves: list[tuple[int, int, bytes]] = field(default_factory=list)
    nodes: list[tuple[int, int, bytes]] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)

    def add(self, entry: waiting.Unsealed) -> None:
        if why := _wrong(entry):
            self.suspects.append(Suspect(entry_id=entry.entry_id, why=why))
            return
        self.leaves.append((self.frontier.size, entry.entry_id, entry.leaf_hash))
        self.nodes += self.frontier.append(entry.leaf_hash)


def seal(limit: int = AT_ONCE) -> Sealed:
    """Seal what waits, at most `limit` entries, in one transaction; nothing while another sealer is at it.

    An entry whose bytes do not fit its hash or its seal any more is not sealed but named (`Suspect`): the log
    must not vouch for it. A clock that was set back does no harm: places tell the order, not times.
    Raises: KeyTrouble when there is no key the log knows
    """
    if not waiting.found_any():
        publish()
        return Sealed()
    with alone() as mine:
        sealed = _sealed(limit) if mine else Sealed()
    if sealed.checkpoint:
        publish()
    return sealed


def seal_all() -> int:
    """Seal until nothing waits; returns how many entries."""
    total = 0
    while found := seal().count:
        total += found
    return total


def _sealed(limit: int) -> Sealed:
    key, mark = known_signer(), waiting.read_mark()
    if not key_check.fits(mark.key_check):
        raise KeyTrouble(key_check.WORDS)
    mark.key_check = key_check.now()
    # Asked before entries are read: what was still running then may be missing among them.
    before = waiting.running()
    found = waiting.unsealed(waiting.look_from(mark), limit)
    last = Checkpoint.objects.order_by("-size").first()
    grown = _Grown(Frontier.read(last.size, bytes(last.frontier)) if last else Frontier())
    for entry in found:
        grown.add(entry)
    _insert(Leaf, ("index", "entry_id", "hash"), grown.leaves)
    _insert(Node, ("level", "index", "hash"), grown.nodes)
    for suspect in Suspect.objects.bulk_create(grown.suspects):
        log.critical("Entry #%s was not sealed: %s", suspect.entry_id, suspect.why)
    checkpoint = _checkpoint(key, grown.frontier, last) if grown.leaves else None
    waiting.move(mark, found, before=before, cut=len(found) == limit)
    return Sealed(len(grown.leaves), checkpoint)


def _checkpoint(key: Signer, frontier: Frontier, last: Checkpoint | None) -> Checkpoint:
    now, root = timezone.now(), frontier.root()
    previous = hash_of(last.note) if last else b""
    told = CheckpointText(key.name, frontier.size, root, moment(now), previous)
    return Checkpoint.objects.create(
        at=now, size=frontier.size, root=root, frontier=frontier.kept, note=key.sign(told.text)
    )


def _wrong(entry: waiting.Unsealed) -> str:
    """Why an entry may not be sealed, or nothing."""
    if hashing.leaf_hash(entry.payload) != entry.leaf_hash:
        return "its content does not fit its hash"
    if not hmac.compare_digest(hashing.mac(entry.payload), entry.mac):
        return "its content does not fit its seal"
    return ""


def _insert(
    model: type[Leaf] | type[Node], names: tuple[str, str, str], rows: Sequence[tuple[int, int, bytes]]
) -> None:
    """Many rows a statement: through the ORM this would be most of the sealer's time."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        for at in range(0, len(rows), ROWS_A_STATEMENT):
            some = rows[at : at + ROWS_A_STATEMENT]
            values = ", ".join(["(%s, %s, %s)"] * len(some))
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({columns}) VALUES {values}",  # noqa: S608 our own names
                [value for row in some for value in row],
            )


def run(stop: threading.Event) -> None:
    """Seal every second until told to stop; what goes wrong is logged and tried again."""
    behind = False
    while not stop.wait(0 if behind else settings.AUDIT_SEAL_SECONDS):
        behind = False
        try:
            while not stop.is_set() and seal().count == AT_ONCE:
                pass
            # Words come in small steps with a seal between them: a trail full of words to be kept delays no seal.
            behind = texts.catch_up() == texts.AT_ONCE
        except KeyTrouble as trouble:
            log.error("Nothing can be sealed. %s", trouble)
            stop.wait(30)
        except Exception:
            log.exception("Sealing failed and is tried again.")
            connection.close()
    connection.close()
