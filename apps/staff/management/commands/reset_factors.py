"""Removes somebody's second factors from the shell: for an administrator who is the only one and lost their phone."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.staff.factors import keeping
from apps.staff.factors.mail import tell
from apps.staff.management.shell import ShellCommand
from apps.staff.models import User, tidy_email


class Command(ShellCommand):
    help = "Remove every second factor of a person, end their sessions and tell them by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--reason", required=True, help="how you know that it is them who asks")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = User.objects.filter(email=tidy_email(options["email"])).first()
        if person is None:
            raise CommandError("There is no person with this e-mail address.")
        if not options["reason"].strip():
            raise CommandError("Say why: the audit trail keeps it.")
        told = self.act(_reset, person=person, reason=options["reason"].strip())
        self.stdout.write(f"{person.name} signs in with the password alone now.")
        if not told:
            self.stdout.write("The mail could not be sent: tell them.")


def _reset(*, actor: Actor, person: User, reason: str) -> bool:
    keeping.reset(actor=actor, pk=person.pk, reason=reason)
    sentence = _(
        "Whoever runs the console removed every second factor from your account and ended your sessions."
    )
    return tell(actor, person, sentence)
