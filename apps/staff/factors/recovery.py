"""Ten codes for the day the device is lost: shown once, kept as hashes, each good once."""

import hashlib
import secrets

from django.utils import timezone

from apps.staff.factor_models import RecoveryCode
from apps.staff.models import User

HOW_MANY = 10
# Without what looks alike on paper: 24 of 31 signs are 118 bits.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 24


def make_codes(person: User) -> list[str]:
    """Ten new ones in place of all from before; in the caller's transaction, with the person held."""
    codes = ["".join(secrets.choice(SIGNS) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    person.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, code_hash=hashed(person.pk, code)) for code in codes
    )
    return ["-".join(code[at : at + 4] for at in range(0, LENGTH, 4)) for code in codes]


def take(person: User, typed: str) -> bool:
    """Whether this was a code that had not been used; now it is. Of two at once only one gets it."""
    waiting = person.recovery_codes.filter(code_hash=hashed(person.pk, typed), used_at=None)
    return waiting.update(used_at=timezone.now()) == 1


def left(person: User) -> int:
    """How many have not been used."""
    return person.recovery_codes.filter(used_at=None).count()


def hashed(person_pk: int, typed: str) -> str:
    """However it is typed. A plain hash is enough: 118 random bits cannot be guessed as a password can."""
    tidy = "".join(sign for sign in typed.lower() if sign.isalnum())
    return hashlib.sha256(f"{person_pk}:{tidy}".encode("utf-8", "backslashreplace")).hexdigest()
