"""Makes an administrator from the shell: the first one has nobody to invite them."""

from typing import Any

from apps.staff.management.shell import PersonCommand
from apps.staff.services import create_administrator


class Command(PersonCommand):
    help = "Make an administrator. Asks for the password, or reads its first line from standard input."

    def handle(self, *_args: Any, **options: Any) -> None:
        password = self.password(from_stdin=options["password_stdin"])
        person = self.act(
            create_administrator, email=options["email"], name=options["name"], password=password
        )
        self.stdout.write(f"{person.name} can sign in with {person.email}.")
