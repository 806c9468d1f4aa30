"""What the commands that make people and stores share: who acts, passwords, errors in words."""

import getpass
import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.actor import Actor
from apps.core.context import new_reference, use_reference
from apps.core.errors import ConsoleError


class ShellCommand(BaseCommand):
    """A command whose act is traced in the name of the account that runs it.

    nothing  what is true when it refuses, before why; empty where it may have done a part
    """

    nothing = "Nothing was made."

    def act(self, does: Callable[..., Any], **values: Any) -> Any:
        """Call a service as the shell's account; CommandError with its words when it refuses."""
        # Whoever may run this owns the machine: the account name is all that is known of them.
        actor = Actor(user_id=None, name=f"Shell ({getpass.getuser()})", role="Operator", channel="command")
        try:
            with use_reference(new_reference()):
                return does(actor=actor, **values)
        except ConsoleError as error:
            raise CommandError(f"{self.nothing} {error.words}".strip()) from None


class PersonCommand(ShellCommand):
    """A command that makes somebody who can sign in."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def password(self, *, from_stdin: bool) -> str:
        """The password, typed twice at a terminal or the first line of standard input."""
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        if not sys.stdin.isatty():
            raise CommandError("There is no terminal to ask for the password. Use --password-stdin.")
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Password again: "):
            raise CommandError("The two passwords differ. Nothing was made.")
        return first
