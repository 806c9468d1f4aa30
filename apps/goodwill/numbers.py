"""The numbers people say of requests, and the page of each."""

from django.urls import reverse

FIRST_NUMBER = 10_000
PREFIX = "GR-"


def number_of(pk: int) -> str:
    """The number people say: ``GR-10418``."""
    return f"{PREFIX}{FIRST_NUMBER + pk}"


def pk_of(number: str) -> int | None:
    """The row a number means, None when it is none: ``gr-10418`` and ``10418`` are the same."""
    digits = number.strip().upper().removeprefix(PREFIX)
    plain = digits.isascii() and digits.isdecimal() and len(digits) < 15
    return int(digits) - FIRST_NUMBER if plain and int(digits) > FIRST_NUMBER else None


def address_of(subject: str) -> str:
    """The page of the request an entry is about, "" for one about anything else."""
    pk = pk_of(subject) if subject.startswith(PREFIX) else None
    return reverse("goodwill:request", args=[pk]) if pk is not None else ""
