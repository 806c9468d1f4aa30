"""Make the sandbox ready to serve: tables, and data when there is none."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """python -m apps.sandbox prepare [--customers 2000]; quick and silent when all is there."""

    help = "Make the sandbox ready to serve: tables, and data when there is none."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many customers a fresh sandbox gets."""
        parser.add_argument("--customers", type=int, default=2000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then seed if empty."""
        call_command("migrate", verbosity=0)
        call_command("seed", customers=options["customers"], if_empty=True)
