"""Seals everything that is kept sealed under the secret key of now, so that an older one can be taken away."""

from typing import Any

from django.core.management.base import CommandParser

from apps.core.resealing import Column
from apps.staff.management.shell import ShellCommand
from apps.staff.resealing import reseal


class Command(ShellCommand):
    nothing = ""
    help = (
        "After CONSOLE_SECRET_KEY was exchanged: seal what is kept under CONSOLE_SECRET_KEY_FALLBACKS anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count what lies under older keys")

    def handle(self, *_args: Any, **options: Any) -> None:
        check = options["check"]
        found: list[Column] = self.act(reseal, write=not check)
        for one in found:
            done = "under older keys" if check else "sealed anew"
            self.stdout.write(
                f"{one.name}: {one.current} under the key of now, {one.older} {done}, {one.unknown} unknown"
            )
        if sum(one.unknown for one in found):
            self.stdout.write("What is unknown opens under none of the keys given: is one missing?")
        elif check and sum(one.older for one in found):
            self.stdout.write("Run it without --check.")
        else:
            self.stdout.write("Nothing that is kept needs an older key any more.")
