"""Run one read of the outside API from the shell: JSON on stdout, traced like any other call."""

import dataclasses
import getpass
import json
import sys
from argparse import REMAINDER, ArgumentParser
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from apps.audit.actor import Actor
from apps.capillary import registry
from apps.capillary.calls import Call
from apps.capillary.errors import CustomerMerged
from apps.capillary.exchange import NoReply, Reply, Request
from apps.capillary.transport import Transport
from apps.core.context import new_reference, use_reference
from apps.core.errors import ConsoleError
from apps.staff.connection import client_for

USAGE_ERROR = 2


class Command(BaseCommand):
    """manage.py capillary customers lookup --source INSTORE --identifier-name mobile --identifier-value …"""

    help = "Run one read of the loyalty API. Without arguments, list them. Options follow the call's name."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name of the read; its own options are read when it is known."""
        parser.add_argument("resource", nargs="?")
        parser.add_argument("call", nargs="?")
        parser.add_argument(
            "options", nargs=REMAINDER, help="--option value …, --raw for the reply as it came"
        )

    def handle(self, *args: Any, **given: Any) -> None:
        """Print the answer, or {"error": …} and end with status 1; 2 for a command that cannot be run."""
        if not given["resource"]:
            self._print({name: list(calls) for name, calls in registry.READS.items()})
            return
        call, raw = self._call(given["resource"], given["call"] or "", given["options"])
        with use_reference(new_reference()) as reference:
            self._run(call, raw=raw, reference=reference)

    def _call(self, resource: str, name: str, written: list[str]) -> tuple[Call[Any], bool]:
        try:
            function = registry.find(resource, name)
        except LookupError as error:
            self._stop(str(error))
        parser = ArgumentParser(prog=f"capillary {resource} {name}", allow_abbrev=False)
        parser.add_argument("--raw", action="store_true")
        for option in registry.options(function):
            parser.add_argument(
                option.flag,
                dest=option.name,
                type=option.convert,
                required=option.required,
                default=option.default,
            )
        values = vars(parser.parse_args(written))
        raw = bool(values.pop("raw"))
        try:
            return function(**values), raw
        except ConsoleError as error:
            self._stop(error.message)

    def _run(self, call: Call[Any], *, raw: bool, reference: str) -> None:
        operator = Actor(user_id=None, name=getpass.getuser(), role="Operator", channel="command")
        client = client_for(operator)
        kept = client.transport = KeepsLast(client.transport)
        try:
            value = client.send(call)
        except ConsoleError as error:
            if raw and kept.last is not None:
                self.stdout.write(kept.last.body.decode("utf-8", "replace"))
            self._print({"error": _told(error), "reference": reference})
            sys.exit(1)
        if raw and kept.last is not None:
            self.stdout.write(kept.last.body.decode("utf-8", "replace"))
        else:
            self._print(_plain(value))

    def _print(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2))

    def _stop(self, sentence: str) -> NoReturn:
        self._print({"error": {"message": sentence}})
        sys.exit(USAGE_ERROR)


class KeepsLast:
    """A transport that remembers the last reply, for --raw."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner
        self.last: Reply | None = None

    def send(self, request: Request, *, ends_at: float) -> Reply | NoReply:
        """Send through the inner transport."""
        result = self.inner.send(request, ends_at=ends_at)
        self.last = result if isinstance(result, Reply) else None
        return result


def _told(error: ConsoleError) -> dict[str, Any]:
    # A merged account leads on only when the answer says where to.
    leads_on = {"survivor_id": error.survivor_id} if isinstance(error, CustomerMerged) else {}
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "next_step": error.next_step,
        "code": error.code,
        "request_id": error.request_id,
        **leads_on,
    }


def _plain(value: Any) -> Any:
    """Dataclasses into objects without their `raw` part, moments into ISO text, amounts into text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (part.name for part in dataclasses.fields(value) if part.name != "raw")
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
