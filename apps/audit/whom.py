"""Whose entries are meant: a person's name or number, a customer's id or any full identifier."""

import re
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Q

from apps.audit.customers import is_known
from apps.audit.identifiers import PHONE_LIKE, search_digests
from apps.core.masking import mask

NUMBER = re.compile(r"[0-9]{1,18}")
# What the address holds instead of a full identifier: its mask, and the keyed hashes.
HASHED = re.compile(r"(?P<mask>[^~]{0,80})~(?P<digests>[0-9a-f]{64}(?:\.[0-9a-f]{64}){0,3})")
# What would keep the address from being read as one of these again.
NOT_IN_A_MASK = re.compile(r"[~\s]+")
LONGEST_MASK = 80
MOST = 50


@dataclass(frozen=True, slots=True)
class Person:
    """`ids` of accounts, or None for an exact `name`: the system's, or of an account that is gone."""

    ids: tuple[int, ...] | None
    name: str


@dataclass(frozen=True, slots=True)
class Whom:
    """A customer as asked for. `shown` is safe to show, `token` safe to stand in an address."""

    customers: tuple[str, ...]
    digests: tuple[bytes, ...]
    shown: str
    token: str


def person_named(text: str) -> Person:
    """The accounts a number, e-mail address or part of a name means."""
    people = get_user_model()._default_manager
    if NUMBER.fullmatch(text):
        known = people.filter(pk=int(text)).first()
        return Person((int(text),), str(known) if known else text)
    ids = people.filter(Q(name__icontains=text) | Q(email__iexact=text)).values_list("pk", flat=True)[:MOST]
    return Person(tuple(ids) or None, text)


def whom(text: str) -> Whom:
    """A customer's internal id, a full identifier, or what an earlier page made of one.

    A number is an id only when the trail knows it as one: any other could be somebody's phone or card.
    """
    if made := HASHED.fullmatch(text):
        digests = tuple(bytes.fromhex(one) for one in made["digests"].split("."))
        return Whom((), digests, made["mask"], text)
    digests = tuple(search_digests(text))
    if is_known(text):
        return Whom((text,), digests, text, text)
    shown = NOT_IN_A_MASK.sub(" ", mask(_kind_of(text), text))[:LONGEST_MASK].strip()
    return Whom((), digests, shown, f"{shown}~{'.'.join(one.hex() for one in digests)}")


def _kind_of(text: str) -> str:
    if "@" in text:
        return "email"
    return "mobile" if PHONE_LIKE.fullmatch(text) else "external_id"
