"""Runs the sandbox's own commands: python -m apps.sandbox migrate|seed|characters|runserver."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line


def main() -> None:
    """Set the sandbox's settings whatever the caller's environment says, make its folder, run the command."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "apps.sandbox.settings"
    Path(str(settings.DATABASES["default"]["NAME"])).parent.mkdir(parents=True, exist_ok=True)
    execute_from_command_line(["python -m apps.sandbox", *sys.argv[1:]])


if __name__ == "__main__":
    main()
