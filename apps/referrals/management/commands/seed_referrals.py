"""Adds the demo's campaigns and rules of inviting; running it again adds nothing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.audit.actor import Actor
from apps.core.context import new_reference, use_reference
from apps.referrals.seeding import seed_rules


class Command(BaseCommand):
    help = "Add the campaigns and rules of inviting for the sandbox. Refused where customers are real."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.CONSOLE_ENVIRONMENT == "live":
            raise CommandError("Rules of the demo are not added to live. An administrator sets them.")
        actor = Actor(user_id=None, name="Demo set-up", role="System", channel="command")
        with use_reference(new_reference()):
            new = seed_rules(actor=actor)
        self.stdout.write(f"{new} new.")
