"""The reference of the click (or task run) at hand: one id that ties a person's act to all it caused."""

import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Crockford's alphabet: no I, L, O or U, so that a reference survives being read out on the phone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PATTERN = re.compile(rf"LC-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")

_reference: ContextVar[str] = ContextVar("reference", default="")


def new_reference() -> str:
    """A fresh reference such as ``LC-7F3K-92QD-M4XA``: 60 random bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"LC-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def current_reference() -> str:
    """The reference at hand, or an empty string outside of any click or task."""
    return _reference.get()


@contextmanager
def use_reference(reference: str) -> Iterator[str]:
    """Everything inside belongs to this reference."""
    token = _reference.set(reference)
    try:
        yield reference
    finally:
        _reference.reset(token)


class ReferenceFilter(logging.Filter):
    """Gives each log line the reference at hand, so that a person's reference finds its lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.reference = current_reference()
        return True
