"""``manage.py audit``: seal, verify, and the key that signs."""

import getpass
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from apps.audit import texts
from apps.audit.actor import Actor
from apps.audit.keeping.archive_check import check_file
from apps.audit.keeping.files import KeepingTrouble
from apps.audit.log import keys, sealer, verifying
from apps.audit.log.findings import Finding
from apps.audit.log.hands import HandsTrouble, helpers
from apps.audit.log.terminal import give_up
from apps.audit.models import SigningKey, Verification
from apps.audit.services import record
from apps.audit.subject_requests.forgotten import forgotten_in_all
from apps.audit.verifications import ask_at_terminal
from apps.core.errors import BadInput, TraceUnavailable

MOST_PROCESSES = 64


class Command(BaseCommand):
    """Look after the log over the audit trail."""

    help = "Seals and verifies the audit trail, and hands the signing key over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word, then its own options."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("seal", help="seal everything that waits, once")
        verify = words.add_parser("verify", help="check every entry, leaf, node, checkpoint and signature")
        verify.add_argument(
            "--first", type=int, help="first place in the log, counted from 1 as on the pages"
        )
        verify.add_argument("--last", type=int, help="last place in the log")
        verify.add_argument(
            "--quick", action="store_true", help="bytes and hashes only, not seals and search columns"
        )
        verify.add_argument(
            "--processes",
            type=_several,
            default=1,
            help="how many processes check entries at once; 1 unless said",
        )
        archive = words.add_parser("verify-archive", help="check a file of archived entries")
        archive.add_argument("file", type=Path)
        words.add_parser("rebuild-words", help="make the words of the search anew of the sealed entries")
        words.add_parser("keys", help="the public keys, first to current")
        words.add_parser("new-key", help="print a new private key for CONSOLE_AUDIT_SIGNING_KEY")
        rotate = words.add_parser("rotate-key", help="let the log go on with another key")
        rotate.add_argument(
            "--to", help="the new private key; without it one is made and put into the key's file"
        )

    def handle(self, *_args: Any, word: str, **options: Any) -> None:
        """Do what the word says."""
        words: dict[str, Callable[..., None]] = {
            "seal": self._seal,
            "verify": self._verify,
            "verify-archive": self._verify_archive,
            "rebuild-words": self._rebuild_words,
            "keys": self._keys,
            "new-key": self._new_key,
            "rotate-key": self._rotate,
        }
        words[word](**options)

    def _seal(self, **_options: Any) -> None:
        try:
            self.stdout.write(f"{sealer.seal_all()} entries sealed.")
        except keys.KeyTrouble as trouble:
            raise CommandError(str(trouble)) from None

    def _verify(
        self, *, first: int | None, last: int | None, quick: bool, processes: int = 1, **_options: Any
    ) -> None:
        asked = _ask(first, last)
        try:
            with helpers(processes) as hands:
                verifying.go_on(asked, quick=quick, hands=hands)
        except HandsTrouble as trouble:
            raise CommandError(str(trouble)) from None
        finally:
            # Ctrl-C too: what nobody goes on with would hold retention up. One that was killed the sweep ends.
            with suppress(DatabaseError):
                give_up(asked)
        for one in asked.findings:
            self.stdout.write(str(Finding(**one)))
        for words in asked.progress["warnings"]:
            self.stdout.write(f"Warning: {words}")
        if asked.state == Verification.State.BROKEN:
            wrong = asked.progress["wrong"]
            raise CommandError(
                f"The trail was changed: {wrong} things are wrong. {asked.checked} entries looked at."
            )
        self.stdout.write(f"Nothing was changed: {asked.checked} entries of a log of {asked.size}.")
        if forgotten := forgotten_in_all():
            self.stdout.write(f"{forgotten} identifiers beside entries were forgotten on request.")

    def _verify_archive(self, *, file: Path, **_options: Any) -> None:
        try:
            told = check_file(file)
        except KeepingTrouble as trouble:
            raise CommandError(str(trouble)) from None
        for one in told.wrong:
            self.stdout.write(one)
        if told.wrong:
            raise CommandError(f"{file.name} cannot be relied on: {len(told.wrong)} things are wrong.")
        self.stdout.write(f"Everything holds: {told.entries} entries. {told.words}")

    def _rebuild_words(self, **_options: Any) -> None:
        try:
            texts.begin_anew(actor=_operator())
        except TraceUnavailable as error:
            raise CommandError(_words(error)) from None
        self.stdout.write("The workers make the words anew. Until they are through, a search finds less.")

    def _keys(self, **_options: Any) -> None:
        for one in SigningKey.objects.order_by("pk"):
            self.stdout.write(f"{one.vkey}  from entry {one.since_size}")

    def _new_key(self, **_options: Any) -> None:
        self.stdout.write(keys.new_seed())

    def _rotate(self, *, to: str | None, **_options: Any) -> None:
        if not to and settings.AUDIT_SIGNING_KEY:
            raise CommandError(
                "The key stands in the environment: make one with new-key and name it with --to."
            )
        try:
            made = keys.hand_over(to or keys.new_seed(), tell=_tell_hand_over)
        except keys.KeyTrouble as trouble:
            raise CommandError(str(trouble)) from None
        except TraceUnavailable as error:
            raise CommandError(_words(error)) from None
        self.stdout.write(f"From entry {made.since_size} on the log is signed with {made.vkey}")
        if settings.AUDIT_SIGNING_KEY:
            self.stdout.write("Now put the new key into CONSOLE_AUDIT_SIGNING_KEY and restart the workers.")


def _ask(first: int | None, last: int | None) -> Verification:
    try:
        # Inside places count from 0, and the last one is not included.
        return ask_at_terminal(actor=_operator(), first=None if first is None else first - 1, last=last)
    except BadInput as error:
        raise CommandError(str(error)) from None
    except TraceUnavailable as error:
        raise CommandError(_words(error)) from None


def _tell_hand_over(made: SigningKey) -> None:
    record("trail.key.handed_over", actor=_operator(), details={"key": str(made)})


def _words(error: TraceUnavailable) -> str:
    """At a terminal what the database says is of more use."""
    return str(error.__cause__ or error).strip()


def _several(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PROCESSES:
        raise ArgumentTypeError(f"a whole number from 1 to {MOST_PROCESSES}")
    return int(text)


def _operator() -> Actor:
    return Actor(user_id=None, name=getpass.getuser(), role="Operator", channel="command")
