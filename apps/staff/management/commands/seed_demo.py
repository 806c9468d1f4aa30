"""Adds the demo's stores and people; running it again adds nothing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.audit.actor import Actor
from apps.core.context import new_reference, use_reference
from apps.staff.demo import PASSWORD, PEOPLE
from apps.staff.services import seed_demo


class Command(BaseCommand):
    help = "Add the invented stores and people of the sandbox. Refused where customers are real."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.CONSOLE_ENVIRONMENT == "live":
            raise CommandError(
                "The demo's people have a password everybody knows. They are not added to live."
            )
        actor = Actor(user_id=None, name="Demo set-up", role="System", channel="command")
        with use_reference(new_reference()):
            new = seed_demo(actor=actor)
        self.stdout.write(f"{new} new. Everybody's password: {PASSWORD}")
        for person in PEOPLE:
            self.stdout.write(f"  {person.email:<32} {person.name}, {person.description}")
