"""Fill the sandbox with invented customers, the same every time."""

import random
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.sandbox.goodwill.making import MOST as MOST_REQUESTS
from apps.sandbox.goodwill.making import Order, make
from apps.sandbox.seeding.run import MOST, has_data, seed


class Command(BaseCommand):
    """python -m apps.sandbox seed --customers 2000 [--if-empty] [--today 2026-11-23] [--pending 10000]"""

    help = "Fill the sandbox with invented customers, the same every time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, whether only into an empty database, the day the data is made for, requests on top."""
        parser.add_argument("--customers", type=int, default=2000)
        parser.add_argument("--if-empty", action="store_true")
        parser.add_argument("--today", type=date.fromisoformat, default=None)
        parser.add_argument(
            "--pending",
            type=int,
            default=0,
            help="so many pending goodwill requests more, also into old data",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, or say that there is data already; then let tills ask for goodwill."""
        if not 1 <= options["customers"] <= MOST:
            raise CommandError(f"--customers is a number from 1 to {MOST}.")
        if not 0 <= options["pending"] <= MOST_REQUESTS:
            raise CommandError(f"--pending is a number from 0 to {MOST_REQUESTS}.")
        self._customers(options)
        if options["pending"]:
            # The same dice every time: the same requests for the same customers, asked for in the last day.
            made = make(Order(options["pending"], spread_hours=24), random.Random("pending"))  # noqa: S311
            self.stdout.write(f"{len(made)} pending requests.")

    def _customers(self, options: dict[str, Any]) -> None:
        if has_data():
            if options["if_empty"]:
                return
            raise CommandError("The sandbox has data already; give it a new database or use --if-empty.")
        count = seed(options["customers"], options["today"] or date.today(), self._tell)  # noqa: DTZ011
        self.stdout.write(f"{count} customers.")

    def _tell(self, done: int) -> None:
        if done % 10_000 == 0:
            self.stdout.write(f"{done} …")
