"""Invited people who become customers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.identifiers import key_of
from apps.sandbox.catalogue import DEFAULT_PROGRAMME, STORE_BY_TILL
from apps.sandbox.models import Customer, Enrolment, Identifier, Profile, Referral, StatusChange
from apps.sandbox.referrals.inviting import KINDS

# Customers who came by an invitation have ids of their own block.
_FIRST_ID = 600_000_000
_YEAR = timedelta(days=365)


def other_identifier(mobile: str, email: str) -> tuple[str, str] | None:
    """(kind, value) somebody registers with instead of the invited one. Raises Refusal 1001, 1002, 1014."""
    if not (mobile or email):
        return None
    kind, value, wrong = ("mobile", mobile, 1001) if mobile else ("email", email, 1002)
    try:
        key = key_of(kind, value)
    except ValueError as error:
        raise Refusal(wrong) from error
    if Identifier.objects.filter(kind=kind, key=key).exists():
        raise Refusal(1014)
    return kind, value


def register(rows: Sequence[Referral], instead: tuple[str, str] | None = None) -> None:
    """Make the invitees of these rows customers at their joined_at and set referee; the caller saves the rows.

    Who has an account of their own already comes with that one. instead stands for the identifier of a single row.
    """
    named = [(row, *(instead or (KINDS[row.type], row.identifier))) for row in rows]
    keys = [key_of(kind, value) for _, kind, value in named]
    known = Identifier.objects.filter(key__in=keys, kind__in=KINDS.values())
    owners = {(kind, key): owner for kind, key, owner in known.values_list("kind", "key", "customer_id")}
    fresh: list[tuple[Referral, str, str]] = []
    for (row, kind, value), key in zip(named, keys, strict=True):
        if (kind, key) not in owners:
            owners[kind, key] = _FIRST_ID + row.id
            fresh.append((row, kind, value))
        row.referee_id = owners[kind, key]
    _write(fresh)


def _write(fresh: Sequence[tuple[Referral, str, str]]) -> None:
    people = [_customer(row) for row, _, _ in fresh]
    Customer.objects.bulk_create(people)
    profiles = Profile.objects.bulk_create(_profile(row) for row, _, _ in fresh)
    Identifier.objects.bulk_create(
        _identifier(profile, kind, value) for profile, (_, kind, value) in zip(profiles, fresh, strict=True)
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            customer=person,
            programme_id=DEFAULT_PROGRAMME.id,
            slab_expires_at=person.registered_at + _YEAR,
        )
        for person in people
    )
    StatusChange.objects.bulk_create(
        StatusChange(customer=person, status="ACTIVE", label="Active", at=person.registered_at)
        for person in people
    )


def _moment(row: Referral) -> datetime:
    return row.joined_at or row.invited_at


def _customer(row: Referral) -> Customer:
    return Customer(
        id=_FIRST_ID + row.id,
        registered_at=_moment(row),
        updated_at=_moment(row),
        store_code=STORE_BY_TILL[row.till_code].code,
        referral_code=f"FN{row.id:07d}",
    )


def _profile(row: Referral) -> Profile:
    first, _, last = row.name.partition(" ")
    return Profile(
        customer_id=_FIRST_ID + row.id,
        source="INSTORE",
        first_name=first[:80],
        last_name=last[:80],
        first_key=first.casefold()[:80],
        last_key=last.casefold()[:80],
        created_at=_moment(row),
        updated_at=_moment(row),
        till_code=row.till_code,
    )


def _identifier(profile: Profile, kind: str, value: str) -> Identifier:
    return Identifier(
        profile=profile,
        customer_id=profile.customer_id,
        source="INSTORE",
        kind=kind,
        value=value,
        key=key_of(kind, value),
        primary=kind == "mobile",
    )
