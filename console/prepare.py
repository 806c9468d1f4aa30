"""Brings the console's own database up to date and fills in the demo people; run by `make run`."""

import io
import os

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if settings.CONSOLE_ENVIRONMENT != "live":
        # The banner of `make run` names the people once everything answers.
        for seeds in ("seed_demo", "seed_goodwill", "seed_points", "seed_referrals"):
            call_command(seeds, verbosity=0, stdout=io.StringIO())


if __name__ == "__main__":
    main()
