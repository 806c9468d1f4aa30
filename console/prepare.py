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
        call_command("seed_demo", verbosity=0, stdout=io.StringIO())
        call_command("seed_referrals", verbosity=0, stdout=io.StringIO())
    call_command("seed_goodwill", verbosity=0, stdout=io.StringIO())
    call_command("seed_points", verbosity=0, stdout=io.StringIO())


if __name__ == "__main__":
    main()
