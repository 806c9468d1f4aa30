"""Print the hand-made customers as JSON: who they are, how to find them, what to see."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from apps.sandbox.seeding.characters import CHARACTERS


class Command(BaseCommand):
    """python -m apps.sandbox characters"""

    help = "Print the hand-made customers as JSON."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """A list of {key, id, label, see, store, merged_into, reference, identifiers}."""
        people = [character.as_json() for character in CHARACTERS]
        self.stdout.write(json.dumps(people, ensure_ascii=False, indent=1))
