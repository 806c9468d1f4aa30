"""Makes an administrator from the shell: the first one has nobody to invite them."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.actor import Actor
from apps.core.context import new_reference, use_reference
from apps.core.errors import ConsoleError
from apps.staff.services import create_administrator


class Command(BaseCommand):
    help = "Make an administrator. Asks for the password, or reads its first line from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        password = self.password(from_stdin=options["password_stdin"])
        # Whoever may run this owns the machine: the account name is all that is known of them.
        actor = Actor(user_id=None, name=f"Shell ({getpass.getuser()})", role="Operator", channel="command")
        try:
            with use_reference(new_reference()):
                person = create_administrator(
                    actor=actor, email=options["email"], name=options["name"], password=password
                )
        except ConsoleError as error:
            raise CommandError(f"Nothing was made. {error.message} {error.next_step}".strip()) from None
        self.stdout.write(f"{person.name} can sign in with {person.email}.")

    def password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        if not sys.stdin.isatty():
            raise CommandError("There is no terminal to ask for the password. Use --password-stdin.")
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Password again: "):
            raise CommandError("The two passwords differ. Nothing was made.")
        return first
