"""Adds somebody with one role from the shell, or gives somebody who is there one more."""

from typing import Any

from django.core.management.base import CommandParser

from apps.staff.management.shell import PersonCommand
from apps.staff.models import User, tidy_email
from apps.staff.roles import ROLES
from apps.staff.services import add_person, add_role, set_mobile


class Command(PersonCommand):
    help = "Add a person with a role, or give a person who is there another role or store."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        roles = ", ".join(sorted(ROLES))
        parser.add_argument("--role", required=True, help=f"{roles}, or the code of a role the house made")
        parser.add_argument("--store", default="", help="the store's code, for roles that need one")
        parser.add_argument(
            "--mobile",
            default="",
            help="their own number, kept as a hash: they never decide on goodwill for it",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        role = {"role": options["role"], "store_code": options["store"]}
        if known := User.objects.filter(email=tidy_email(options["email"])).first():
            self.act(add_role, person=known, **role)
            if options["mobile"]:
                self.act(set_mobile, person=known, mobile=options["mobile"])
            self.stdout.write(f"{known.name} has the role now.")
            return
        password = self.password(from_stdin=options["password_stdin"])
        who = {"email": options["email"], "name": options["name"], "mobile": options["mobile"]}
        person = self.act(add_person, password=password, **who, **role)
        self.stdout.write(f"{person.name} can sign in with {person.email}.")
