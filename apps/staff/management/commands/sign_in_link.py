"""Makes a link by which one person signs in once: the operator's way in when no other one works."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from apps.staff.management.shell import ShellCommand
from apps.staff.once import LASTS, make_link


class Command(ShellCommand):
    help = "Make a link by which a person signs in once, within 15 minutes. It stands in the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--reason", required=True, help="why, for the audit trail")
        parser.add_argument(
            "--address", default="", help="the console's own, such as https://console.example.com"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        person, path = self.act(make_link, email=options["email"], reason=options["reason"])
        minutes = int(LASTS.total_seconds() // 60)
        self.stdout.write(
            f"{person.name} can sign in once, within {minutes} minutes. Hand it over in private:"
        )
        self.stdout.write(f"{(options['address'] or _address()).rstrip('/')}{path}")


def _address() -> str:
    host = next((one for one in settings.ALLOWED_HOSTS if one not in ("*", "")), "localhost")
    return f"{'https' if settings.HTTPS else 'http'}://{host.lstrip('.')}"
