"""Checks an export of the audit trail, anywhere: it needs Python and the package cryptography, not the console.

    python verify_export.py export.jsonl [--key KEY] [--checkpoint NOTE.txt]

--key         a public key of the log that you were given by another way than this file. Any key the log ever had
              will do: the others follow from it by hand-overs signed with both. Without it the program believes the
              keys in the file, prints them, and leaves it to you to compare them.
--checkpoint  an earlier checkpoint you kept, as a file with the whole note: the log must have grown from there.

Checked are: the signatures of checkpoint, hand-overs and footer; that each entry stands in the log at its place, byte
for byte; that no place is missing where the file says that it is complete; the file's own digest and counts; and the
earlier checkpoint. Everything that is wrong is named with its line. Places are told as the console's pages tell them,
from 1; in the file itself "place" counts from 0, as the RFC does.

Ends with status 0 when all of it holds, 1 when something is wrong, 2 when it could not be checked.

Hashes and proofs: RFC 9162, section 2.1. Notes: C2SP signed-note and tlog-checkpoint, with Ed25519.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write("The package cryptography is needed: python -m pip install cryptography\n")
    sys.exit(2)

FORMAT, VERSION = "loyalty-console-trail-export", 1
HANDOVER, SIGNED = "Hand-over of the signing key", "Export of the audit trail"
LONGEST_LINE = 64 * 1024 * 1024
MOST_FAULTS = 20
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<told>[A-Za-z0-9+/]+={0,2})")
LINES = {
    "header": "log checkpoint keys earlier period places filter complete operation asked_at asked_by role reason "
    "kept_until kind format version",
    "entry": "kind place entry proof bytes",
    "gone": "kind place entry proof leaf",
    "archived": "kind place entry proof leaf archive sha256",
    "footer": "kind entries gone changed not_sealed not_sealed_count later later_more sha256 note",
}
READABLE = ("action", "actor_name", "actor_role", "channel", "outcome")


class Wrong(Exception):
    """Something in the file is not as it must be; the text says what."""


class CannotCheck(Exception):
    """It is not known whether the file is right; the text says why."""


# ---------------------------------------------------------------- the log: RFC 9162


def join(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def holds_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the path leads from this leaf to this root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = join(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = join(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def holds_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Whether the new log begins with the old one (2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    path = proof if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = join(one, first), join(one, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = join(second, one)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# ---------------------------------------------------------------- notes and keys: C2SP


@dataclass(frozen=True)
class Key:
    """A public key of the log: ``name+8 hex digits+base64``. It signs what is larger than `since`."""

    vkey: str
    name: str
    key_id: bytes
    public: bytes
    since: int = 0

    @classmethod
    def read(cls, vkey: str, since: int = 0) -> "Key":
        """Raises: Wrong"""
        name, _, rest = vkey.strip().partition("+")
        told, _, encoded = rest.partition("+")
        data = decoded(encoded, "a public key")
        own = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
        if not name or data[:1] != b"\x01" or len(data) != 33 or told != own.hex():
            raise Wrong(f"“{shown(vkey)}” is no public key of a log")
        return cls(vkey.strip(), name, own, data[1:], since)

    def has_signed(self, note: str) -> str:
        """The text of a note without its signatures. Raises: Wrong when this key has not signed it"""
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        lines = [SIGNATURE.fullmatch(line) for line in signatures.split("\n")[:-1]]
        if not all(lines) or not signatures.endswith("\n"):
            raise Wrong("below its text stands something that is no signature")
        for found in filter(None, lines):
            told = decoded(found["told"], "a signature")
            if found["name"] == self.name and told[:4] == self.key_id:
                try:
                    Ed25519PublicKey.from_public_bytes(self.public).verify(told[4:], text.encode())
                except InvalidSignature:
                    raise Wrong(f"the signature of the key {self} is of another text") from None
                return text
        raise Wrong(f"it is not signed with the key {self}")

    def __str__(self) -> str:
        return f"{shown(self.name)}+{self.key_id.hex()}"


@dataclass(frozen=True)
class Checkpoint:
    """A log at one size."""

    log: str
    size: int
    root: bytes
    time: str

    @classmethod
    def read(cls, note: str) -> "Checkpoint":
        """From a note, whoever signed it. Raises: Wrong"""
        lines = note.split("\n")
        if len(lines) < 7 or not re.fullmatch(r"[1-9][0-9]{0,18}", lines[1]) or lines[3][:5] != "time ":
            raise Wrong("this is no checkpoint of a log")
        return cls(lines[0], int(lines[1]), decoded(lines[2], "the root", 32), lines[3][5:])


def signed_checkpoint(note: str, keys: list[Key]) -> Checkpoint:
    """A checkpoint, signed with the key that signed at its size. Raises: Wrong"""
    told = Checkpoint.read(note)
    following = [one.since for one in keys[1:]] + [1 << 63]
    for key, until in zip(keys, following, strict=True):
        if key.since < told.size <= until:
            if told.log != key.name:
                raise Wrong(f"it is of the log “{shown(told.log)}”")
            key.has_signed(note)
            return told
    raise Wrong("no key of this file signed at its size")


def read_keys(told: list[Any]) -> Iterator[tuple[Key, str, list[bytes]]]:
    """Each key with the root that its hand-over names (base64 or ``none``) and the proof for it. Raises: Wrong"""
    before: Key | None = None
    for one in told:
        since = take(one, "since", int)
        key = Key.read(take(one, "vkey", str), since)
        note, root = take(one, "handover", str), "none"
        if before is not None:
            text = before.has_signed(note)
            lines = text.split("\n")
            says = lines[:2] == [HANDOVER, str(since)] and lines[3:] == [
                f"from {before.vkey}",
                f"to {key.vkey}",
                "",
            ]
            if key.has_signed(note) != text or not says or since < before.since or key.name != before.name:
                raise Wrong(f"the key {key} was not handed over to")
            root = lines[2]
        yield key, root, hashes(one)
        before = key


# ---------------------------------------------------------------- reading


def decoded(text: Any, what: str, length: int | None = None) -> bytes:
    """Raises: Wrong"""
    try:
        data = base64.b64decode(text, validate=True)
        if base64.b64encode(data).decode() != text:
            raise ValueError
    except (TypeError, ValueError):
        raise Wrong(f"{what} is no base64") from None
    if length is not None and len(data) != length:
        raise Wrong(f"{what} has not {length} bytes")
    return data


def take(holder: Any, name: str, kind: type) -> Any:
    """A value of this type. Raises: Wrong"""
    value: Any = holder.get(name) if isinstance(holder, dict) else None
    natural = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if not (natural if kind is int else isinstance(value, kind)):
        raise Wrong(f"“{name}” is missing or not of its kind")
    return value


def hashes(holder: Any) -> list[bytes]:
    """The hashes of a proof. Raises: Wrong"""
    return [decoded(one, "a hash of the proof", 32) for one in take(holder, "proof", list)]


def shown(text: Any) -> str:
    """Words of the file without anything that could move the cursor."""
    return "".join(one if one.isprintable() else "�" for one in str(text)[:300])


def numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Line by line; nothing longer than a line is in memory. Raises: CannotCheck"""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise CannotCheck(f"line {number} is longer than this program reads")
        yield number, line


def parsed(line: bytes, *kinds: str) -> dict[str, Any]:
    """A line of one of these kinds, with exactly what belongs into it. Raises: Wrong"""
    if not line.endswith(b"\n"):
        raise Wrong("it ends in the middle")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise Wrong("it is no JSON") from None
    kind = found.get("kind") if isinstance(found, dict) else None
    if kind not in kinds:
        raise Wrong(f"it must be of the kind {' or '.join(kinds)}")
    if set(found) != set(LINES[kind].split()):
        raise Wrong(f"it has not exactly the fields of the kind {kind}")
    return dict(found)


# ---------------------------------------------------------------- checking


@dataclass
class Check:
    """One run over one file; `faults` counts what is wrong, each told as it is found."""

    key: str = ""
    earlier: str = ""
    grown: int = 0
    doubt: str = ""
    faults: int = 0
    open: list[str] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    log: Checkpoint | None = None
    entries: int = 0
    gone: int = 0
    archives: dict[str, list[Any]] = field(default_factory=dict)
    outside: int = 0
    last: int = -1
    digest: Any = field(default_factory=hashlib.sha256)

    def run(self, file: BinaryIO) -> None:
        """The whole file; the last line is the footer. Raises: CannotCheck"""
        held: tuple[int, bytes] | None = None
        for line in numbered(file):
            if held is not None:
                self._line(*held)
            held = line
        if held is None:
            raise CannotCheck("the file is empty")
        if held[0] == 1:
            self._line(*held)
            self._wrong(1, "nothing comes behind it: the file was cut off")
        else:
            self._guard(held[0], self._footer, held[1])

    def _line(self, number: int, line: bytes) -> None:
        self._guard(number, self._header if number == 1 else self._entry, line)
        self.digest.update(line)

    def _guard(self, number: int, check: Any, line: bytes) -> None:
        try:
            check(number, line)
        except Wrong as wrong:
            self._wrong(number, str(wrong))
        except (AttributeError, KeyError, TypeError, ValueError):
            self._wrong(number, "it is not written as it must be")

    def _wrong(self, number: int, words: str) -> None:
        self.faults += 1
        if self.faults <= MOST_FAULTS:
            told = {1: "line 1 (header)"}.get(number, f"line {number}")
            say(f"WRONG  {told}: {words}.")

    def _header(self, number: int, line: bytes) -> None:
        found = parsed(line, "header")
        if found["format"] != FORMAT:
            raise CannotCheck("line 1: this is no export of an audit trail")
        if found["version"] != VERSION:
            raise CannotCheck(f"line 1: this program reads version {VERSION}, get the one of the console")
        self.header = found
        note = take(found, "checkpoint", str)
        # Known before it is believed: the entries are checked against it in any case.
        self.log = Checkpoint.read(note)
        take(take(found, "period", dict), "from", str)
        take(found["period"], "until", str)
        take(found, "complete", bool)
        known = list(read_keys(take(found, "keys", list)))
        self.keys = [key for key, _root, _proof in known]
        for words in self._trust(note, known):
            self._wrong(number, words)
        self._guard(number, self._earlier, line)

    def _told_log(self) -> Checkpoint:
        if self.log is None:
            raise Wrong("it has no checkpoint")
        return self.log

    def _trust(self, note: str, known: list[tuple[Key, str, list[bytes]]]) -> Iterator[str]:
        log = self._told_log()
        if self.key and Key.read(self.key).vkey not in [key.vkey for key in self.keys]:
            yield f"the key you trust, {Key.read(self.key)}, is not among the keys of this file"
        if take(self.header, "log", str) != log.log:
            yield "the name of the log is not that of the checkpoint"
        try:
            signed_checkpoint(note, self.keys)
        except Wrong as wrong:
            yield f"the checkpoint does not hold: {wrong}"
        for key, root, proof in known:
            if root == "none":
                continue
            there = decoded(root, "the root of a hand-over", 32)
            small, large = sorted([(key.since, there), (log.size, log.root)])
            if not holds_consistency(small[0], large[0], small[1], large[1], proof):
                yield f"the hand-over to the key {key} names another log than the checkpoint"

    def _earlier(self, _number: int, _line: bytes) -> None:
        """The proof in the file, for the checkpoint in the file and for the one that was kept."""
        log, told = self._told_log(), self.header["earlier"]
        size = 0
        proof: list[bytes] = []
        if told is not None:
            then = signed_checkpoint(take(told, "note", str), self.keys)
            size, proof = then.size, hashes(told)
            if not holds_consistency(size, log.size, then.root, log.root, proof):
                raise Wrong(f"the log did not grow from the earlier checkpoint over {size} entries")
        if not self.earlier:
            return
        try:
            kept = signed_checkpoint(self.earlier, self.keys)
        except Wrong as wrong:
            # That is said of the note, not of a line: the file may be right, and the note the one that was changed.
            self.doubt = str(wrong)
            return
        if kept.size not in (size, log.size):
            self.open.append(
                f"the file has no proof from your checkpoint over {kept.size} entries. Ask for the export again "
                "and give that checkpoint with it"
            )
        elif not holds_consistency(
            kept.size, log.size, kept.root, log.root, proof if kept.size < log.size else []
        ):
            raise Wrong(f"the log did not grow from the checkpoint you kept, over {kept.size} entries")
        else:
            self.grown = kept.size

    def _entry(self, number: int, line: bytes) -> None:
        self.entries += 1
        found = parsed(line, "entry", "gone", "archived")
        place, entry = take(found, "place", int), take(found, "entry", int)
        name = f"entry #{entry} at place {place + 1}"
        for words in self._order(place):
            self._wrong(number, f"{name}: {words}")
        try:
            proof = hashes(found)
            if found["kind"] == "gone":
                self.gone += 1
                self._included(decoded(found["leaf"], "its hash", 32), place, proof)
                raise Wrong("it was sealed, and its content is not there any more, nor in an archive")
            if found["kind"] == "archived":
                self._included(decoded(found["leaf"], "its hash", 32), place, proof)
                self._archived(take(found, "archive", str), take(found, "sha256", str))
                return
            content = decoded(take(found, "bytes", str), "its content")
            self._included(hashlib.sha256(b"\x00" + content).digest(), place, proof)
            self._readable(content)
        except Wrong as wrong:
            raise Wrong(f"{name}: {wrong}") from None

    def _archived(self, name: str, sha256: str) -> None:
        """Counted for each archive: its content is there, and is checked there."""
        told = self.archives.setdefault(name, [sha256, 0])
        if told[0] != sha256:
            raise Wrong("its archive is named with two digests")
        told[1] += 1

    def _order(self, place: int) -> Iterator[str]:
        """Places only rise; where the file says that it is complete, by one."""
        last, self.last = self.last, max(self.last, place)
        places = self.header.get("places")
        if last < 0 and isinstance(places, dict):
            last = take(places, "first", int) - 1
        if place <= last:
            yield (
                f"it comes twice or out of order, behind place {last + 1}"
                if self.entries > 1
                else "it is outside of the range"
            )
        elif self.header.get("complete") and place > last + 1:
            yield f"{place - last - 1} missing before it, from place {last + 2}"

    def _included(self, leaf: bytes, place: int, proof: list[bytes]) -> None:
        log = self.log
        if log is not None and not holds_inclusion(leaf, place, log.size, proof, log.root):
            raise Wrong("it is not what was sealed at this place")

    def _readable(self, content: bytes) -> None:
        try:
            told = json.loads(content)
        except (ValueError, RecursionError):
            raise Wrong("its content is no JSON") from None
        for name in READABLE:
            take(told, name, str)
        at = take(told, "at", str)
        if not MOMENT.fullmatch(at):
            raise Wrong("its time is none")
        period = self.header.get("period")
        if period and not period["from"] <= at < period["until"]:
            if not self.header["complete"]:
                raise Wrong(f"it is of {at}, outside of what was asked for")
            self.outside += 1

    def _footer(self, number: int, line: bytes) -> None:
        try:
            found = parsed(line, "footer")
        except Wrong as wrong:
            raise Wrong(f"the footer is not there, or the file was cut off: {wrong}") from None
        counted = {"entries": self.entries, "gone": self.gone}
        for name, count in counted.items():
            if take(found, name, int) != count:
                self._wrong(number, f"the footer says {found[name]} ({name}), and there are {count}")
        places = self.header.get("places")
        if self.header.get("complete") and places is not None:
            last = take(places, "last", int)
            if max(self.last, take(places, "first", int) - 1) != last:
                ends = f"ends at {self.last + 1}" if self.last >= 0 else "has none"
                self._wrong(number, f"the file says that it goes to place {last + 1}, and it {ends}")
        if take(found, "sha256", str) != self.digest.hexdigest():
            self._wrong(number, "the lines before it are not those it was written for: they were changed")
        self._signed(found)
        self._tell(found)

    def _signed(self, found: dict[str, Any]) -> None:
        """By the newest key of the file: header, entries and footer are what the console wrote."""
        note = take(found, "note", str)
        rest = {name: value for name, value in found.items() if name != "note"}
        written = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        told = hashlib.sha256(written.encode("utf-8", "backslashreplace")).digest()
        if not self.keys:
            raise Wrong("the footer cannot be trusted: no key of the header holds")
        try:
            text = self.keys[-1].has_signed(note)
        except Wrong as wrong:
            raise Wrong(f"the signature of the footer does not hold: {wrong}") from None
        ours = [SIGNED, self.keys[-1].name, text_of(self.digest.digest()), text_of(told), ""]
        if text.split("\n") != ours:
            raise Wrong("header, entries and footer are not those that were signed")

    def _tell(self, found: dict[str, Any]) -> None:
        """What is right, and still has to be known."""
        for one in take(found, "not_sealed", list):
            say(
                f"NOTE   Entry #{shown(one['entry'])} was never sealed and is not in the file: {shown(one['why'])}."
            )
        more = take(found, "not_sealed_count", int) - len(found["not_sealed"])
        if more:
            say(f"NOTE   {more} more were never sealed.")
        if later := take(found, "later", list):
            names = ", ".join(f"#{shown(one)}" for one in later[:20])
            count = f"{len(later)}{' or more' if found['later_more'] else ''}"
            say(
                f"NOTE   {count} entries of that time got their place later and are not in the file: {names}."
            )


def text_of(data: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(data).decode()


def say(words: str) -> None:
    """One line for whoever runs this."""
    sys.stdout.write(f"{words}\n")


def summary(check: Check) -> None:
    """What was checked, in words."""
    header, log = check.header, check.log or Checkpoint("", 0, b"", "")
    say(f"Log “{shown(log.log)}” with {log.size} entries, checkpoint of {shown(log.time)}.")
    say(
        f"Asked for as {shown(header['operation'])} by {shown(header['asked_by'])}: {shown(header['reason'])}"
    )
    if header["complete"]:
        places = header["places"]
        words = "none is sealed"
        if places:
            words = (
                f"places {places['first'] + 1} to {places['last'] + 1} of a log of {log.size}, none missing"
            )
        say(f"{check.entries} entries: {words}.")
        if check.outside:
            say(f"{check.outside} of them stand between these places and are of another time than asked for.")
    else:
        say(f"{check.entries} entries, chosen by a filter: {shown(header['filter'])}.")
        say(
            "Each is proved. That the filter left nothing out is not: only an export without a filter shows that."
        )
    for name, (sha256, count) in sorted(check.archives.items()):
        say(
            f"{count} of them are in the archive {shown(name)}, SHA-256 {shown(sha256)}: check it like this file."
        )
    if check.grown:
        say(f"The log has only grown since the checkpoint you kept, over {check.grown} entries.")
    if check.key:
        say(f"The key you gave, {Key.read(check.key)}, stands behind all of it.")
    else:
        say(
            "You gave no key, so the keys in the file were believed. Compare one with what you were given elsewhere:"
        )
        for one in check.keys:
            say(f"  {shown(one.vkey)}")


def main(arguments: list[str]) -> int:
    """Returns the status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("export", help="the file, .jsonl")
    parser.add_argument("--key", default="", help="a public key of the log, from elsewhere")
    parser.add_argument("--checkpoint", help="a file with an earlier checkpoint, the whole note")
    given = parser.parse_args(arguments)
    try:
        earlier = kept_note(given.checkpoint) if given.checkpoint else ""
        if given.key:
            trusted(given.key)
        check = Check(given.key, earlier)
        with Path(given.export).open("rb") as file:
            refuse_csv(file)
            check.run(file)
    except CannotCheck as reason:
        say(f"NOT CHECKED  {reason}.")
        return 2
    except OSError as error:
        say(f"NOT CHECKED  {shown(error)}.")
        return 2
    if check.doubt:
        say(f"WRONG  the checkpoint you kept is none of the log of this file: {check.doubt}.")
    if check.faults:
        if check.faults > MOST_FAULTS:
            say(f"… and {check.faults - MOST_FAULTS} more.")
        say("Do not rely on this file.")
        return 1
    summary(check)
    if check.doubt:
        say("The file holds by itself. Either your note was changed since, or the file is of another log:")
        say("do not rely on it before you know which.")
        return 1
    for words in check.open:
        say(f"NOT CHECKED  {words}.")
    if check.open:
        return 2
    say("Everything holds.")
    return 0


def refuse_csv(file: BinaryIO) -> None:
    """Raises: CannotCheck for the form that is for people: it was not tampered with, it proves nothing."""
    begin = file.read(4)
    file.seek(0)
    if begin and not begin.startswith(b"{") and (begin.startswith(b"\xef\xbb\xbf") or begin[:1].isalpha()):
        raise CannotCheck("this is no export with proofs. The CSV is for people: ask for JSONL with proofs")


def trusted(vkey: str) -> None:
    """Raises: CannotCheck for what is no key"""
    try:
        Key.read(vkey)
    except Wrong as wrong:
        raise CannotCheck(f"--key: {wrong}") from None


def kept_note(path: str) -> str:
    """The note in a file. Raises: CannotCheck"""
    try:
        text = Path(path).read_text(encoding="utf-8")
        note = "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
        Checkpoint.read(note)
    except (Wrong, ValueError) as wrong:
        raise CannotCheck(f"--checkpoint: {shown(wrong)}") from None
    return note


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
