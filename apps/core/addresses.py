"""Addresses as they may stand in a log: somebody may have typed a phone number into one."""

import logging
import re

from django.http import HttpRequest

from apps.core.context import PATTERN as REFERENCE

# Words of our own, short numbers (an internal id has at most nine digits), references of a click.
WORD = re.compile(r"[A-Za-z][A-Za-z_.-]{0,39}")
NUMBER = re.compile(r"[0-9]{1,9}")
HIDDEN = "…"


def address_of(request: HttpRequest) -> str:
    """The path without anything that could name a person; of an address that is not ours only its first part."""
    first, *rest = request.path.strip("/").split("/")
    known = getattr(request, "resolver_match", None) is not None
    parts = [_part(first), *(_part(part) if known else HIDDEN for part in rest)]
    return "/" + "/".join(filter(None, parts))


def _part(part: str) -> str:
    return part if not part or any(p.fullmatch(part) for p in (WORD, NUMBER, REFERENCE)) else HIDDEN


class AddressFilter(logging.Filter):
    """Puts the address as it may be shown into the lines the framework writes about refused requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            shown = address_of(request)
            record.args = tuple(
                shown if one in {request.path, request.get_full_path()} else one for one in record.args
            )
        if isinstance(request, HttpRequest):
            # A line of JSON holds what comes with the record too: the request would be written with its whole path.
            record.request = f"{request.method} {address_of(request)}"
        return True
