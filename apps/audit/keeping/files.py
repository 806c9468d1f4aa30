"""The folder of archives: files are written whole or not at all, and read back before anybody relies on them."""

import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from apps.audit.verify_export import CannotCheck, Check

PARTIAL = ".partial"
READ_AT_ONCE = 1 << 20
# A worker is killed long before.
DEAD_SECONDS = 3_600


class KeepingTrouble(RuntimeError):
    """Nothing was archived, or nothing removed; the text says why, and that an operator has to look."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that lies under its final name, on the disk."""

    name: str
    sha256: str
    size: int


@dataclass
class ReadBack(Check):
    """The check of an auditor, keeping what is wrong instead of printing it."""

    wrong: list[str] = field(default_factory=list)

    def _wrong(self, number: int, words: str) -> None:
        self.faults += 1
        if len(self.wrong) < 20:
            self.wrong.append(f"line {number}: {words}")


def folder() -> Path:
    """Where archives lie; made at the first one."""
    return Path(settings.AUDIT_ARCHIVE_DIR)


def write(stem: str, lines: Iterable[bytes], *, entries: int, key: str) -> Written:
    """Write ``stem-<12 digits of its hash>.jsonl``, on the disk when it returns.

    entries  how many there must be in it; key: a public key of the log that must stand behind it
    Raises: KeepingTrouble when it could not be written, or does not hold when it is read back
    """
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear_drafts()
        # A name of its own: what a dead worker left, or another one writes now, is in nobody's way.
        draft = folder() / f"{stem}-{secrets.token_hex(6)}{PARTIAL}"
        try:
            digest, size = _write(draft, lines)
            _read_back(draft, digest, entries, key)
            name = f"{stem}-{digest[:12]}.jsonl"
            draft.replace(folder() / name)
        except Exception:
            draft.unlink(missing_ok=True)
            raise
        (folder() / name).chmod(0o400)
        _sync_folder()
    except OSError as error:
        raise KeepingTrouble(f"The archive {stem} cannot be written: {error}.") from error
    return Written(name, digest, size)


def _write(draft: Path, lines: Iterable[bytes]) -> tuple[str, int]:
    """Returns the SHA-256 in hex and the bytes, once they are on the disk."""
    digest, size = hashlib.sha256(), 0
    with draft.open("xb") as file:
        for line in lines:
            file.write(line)
            digest.update(line)
            size += len(line)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _clear_drafts() -> None:
    """Those that no living worker writes."""
    for draft in folder().glob(f"*{PARTIAL}"):
        with suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > DEAD_SECONDS:
                draft.unlink()


def digest_of(name: str) -> str | None:
    """SHA-256 of an archive as it lies there, in hex; None when it is not there."""
    digest = hashlib.sha256()
    try:
        with (folder() / name).open("rb") as file:
            while some := file.read(READ_AT_ONCE):
                digest.update(some)
    except OSError:
        return None
    return digest.hexdigest()


def faults_of(path: Path, key: str) -> ReadBack:
    """The whole check of an auditor. Raises: KeepingTrouble when it cannot be checked"""
    check = ReadBack(key)
    try:
        with path.open("rb") as file:
            check.run(file)
    except (CannotCheck, OSError) as error:
        raise KeepingTrouble(f"{path.name} cannot be checked: {error}.") from error
    return check


def _read_back(draft: Path, sha256: str, entries: int, key: str) -> None:
    if digest_of(draft.name) != sha256:
        raise KeepingTrouble(f"{draft.name} is not what was written into it.")
    check = faults_of(draft, key)
    if check.wrong or check.entries != entries:
        told = check.wrong[0] if check.wrong else f"it holds {check.entries} entries of {entries}"
        raise KeepingTrouble(f"{draft.name} does not hold: {told}.")


def _sync_folder() -> None:
    """So that the name survives a power cut too."""
    handle = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
