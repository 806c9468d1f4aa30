"""Adds a store from the shell, with the till code its calls are made for."""

from typing import Any

from django.core.management.base import CommandParser

from apps.staff.management.shell import ShellCommand
from apps.staff.services import add_store


class Command(ShellCommand):
    help = "Add a store. Its till code goes along with every call made for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--till-code", default="")
        parser.add_argument("--external-id", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        names = ("code", "name", "till_code", "external_id")
        store = self.act(add_store, **{name: options[name] for name in names})
        self.stdout.write(f"{store.name} ({store.code}) is there.")
