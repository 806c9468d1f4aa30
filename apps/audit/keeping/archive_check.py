"""Checks archives: that the log vouches for each, and that its file is there and is what it was."""

from dataclasses import dataclass
from pathlib import Path

from apps.audit.keeping import files
from apps.audit.keeping.vouching import is_vouched_for, waits_for_its_seal
from apps.audit.log.findings import Finding
from apps.audit.models import Archive, SigningKey


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of a file: how many entries, what is wrong, and whose it is."""

    entries: int
    wrong: list[str]
    words: str


def check_next(after: int, *, quick: bool) -> tuple[int, list[Finding], list[str]]:
    """Check the first archive behind this id.

    Shape:  its id, or 0 when there is none; what was changed; what is not at hand, in words
    """
    archive = Archive.objects.filter(pk__gt=after).order_by("pk").first()
    if archive is None:
        return 0, [], []
    if not is_vouched_for(archive) and not waits_for_its_seal(archive):
        words = f"no sealed entry vouches for the archive {archive.name}, or it was changed"
        return archive.pk, [Finding(words, archive.entry_id)], []
    path = files.folder() / archive.name
    if not path.exists():
        return archive.pk, [], [f"the archive {archive.name} with {archive.entries} entries is not there"]
    there = path.stat().st_size == archive.size and (quick or files.digest_of(archive.name) == archive.sha256)
    words = f"the file of the archive {archive.name} was changed"
    return archive.pk, [] if there else [Finding(words, archive.entry_id)], []


def check_file(path: Path) -> Told:
    """Everything an auditor's program checks, with our key, and whether the sealed trail names this file.

    Raises: KeepingTrouble when it cannot be checked
    """
    key = SigningKey.objects.order_by("pk").values_list("vkey", flat=True).first()
    check = files.faults_of(path, key or "")
    sha256 = files.digest_of(str(path.resolve()))
    archive = Archive.objects.filter(sha256=sha256).first()
    if archive is None:
        return Told(check.entries, check.wrong, "No archive of this trail has this SHA-256.")
    if not is_vouched_for(archive):
        return Told(
            check.entries,
            [*check.wrong, f"no sealed entry vouches for the archive {archive.name}"],
            "",
        )
    return Told(check.entries, check.wrong, f"Entry #{archive.entry_id} of the sealed trail names this file.")
