"""Making, using and revoking keys. The secret is shown once, when the key is made, and kept nowhere."""

import hmac
import secrets
from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.audit.watch.programs import Behind
from apps.core.errors import BadInput
from apps.core.faults import Faults
from apps.core.hashes import hash_of_secret
from apps.staff.actors import program_name
from apps.staff.api.scopes import READS_THE_TRAIL, SCOPES, role_for
from apps.staff.confirming.guard import asked_by, check_second
from apps.staff.models import ApiKey, Store, User
from apps.staff.services import give_role

MARK = "lc"
LONGEST_DAYS = 366
# One write a minute tells whether a key is still in use; one for each call would cost more than the call.
NOTED_EVERY = timedelta(minutes=1)


def make_key(
    *,
    actor: Actor,
    user: User,
    name: str,
    scopes: Collection[str],
    last_day: date,
    stores: Collection[Store] = (),
    shown_to: User | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which nobody can ask for again; with it the account it acts as, unless it only reads
    the trail.

    last_day    the last day on which it works, at most a year from now
    stores      where it may act
    shown_to    who is shown its text, where that is not who asks for it
    Raises: BadInput (name, scopes, stores, last_day); Refused without a second person
    """
    check_second(actor)
    name = name.strip()
    check_key(name=name, scopes=scopes, stores=stores, last_day=last_day)
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            prefix=prefix,
            secret_hash=hash_of_secret(secret),
            scopes=sorted(scopes),
            service=_account(actor, user, name, prefix, scopes, stores) if stores else None,
            made_by=shown_to or user,
            asked_by_name=asked_by(),
            expires_at=_end_of(last_day),
        )
        record(
            "api.key_made",
            actor=actor,
            subject=name,
            details={
                "prefix": prefix,
                "scopes": ", ".join(sorted(scopes)),
                "last_day": last_day,
                "stores": ", ".join(sorted(one.code for one in stores)),
            },
        )
    return key, f"{MARK}_{prefix}_{secret}"


def check_key(
    *,
    name: str | None = None,
    scopes: Collection[str] | None = None,
    stores: Collection[Store] | None = None,
    last_day: date | None = None,
) -> None:
    """Everything that is wrong with a key; what is None is not looked at. Raises: as `make_key`"""
    faults, today = Faults(), timezone.localdate()
    with faults:
        if name == "":
            raise BadInput(_("Say which program it is for."), field="name")
    with faults:
        if scopes is not None and (not scopes or not set(scopes) <= SCOPES.keys()):
            raise BadInput(_("Choose what the program may do."), field="scopes")
        if scopes is not None and stores is not None:
            _check_together(scopes, stores)
    with faults:
        if closed := ", ".join(one.name for one in stores or () if one.is_closed):
            words = _("A program begins nothing in a store that is closed: %(stores)s.")
            raise BadInput(words % {"stores": closed}, field="stores")
    with faults:
        if last_day and not today <= last_day <= today + timedelta(days=LONGEST_DAYS):
            raise BadInput(_("The last day must lie within a year from now."), field="last_day")
    faults.tell()


def _check_together(scopes: Collection[str], stores: Collection[Store]) -> None:
    """As with people: who reads the trail does nothing else, and everybody else works in a store."""
    if set(scopes) & READS_THE_TRAIL:
        if set(scopes) - READS_THE_TRAIL:
            words = _("A program that reads the trail does nothing else: make two keys.")
            raise BadInput(words, field="scopes")
        if stores:
            raise BadInput(_("The trail is of all stores: choose none."), field="stores")
    elif not stores:
        raise BadInput(_("Choose the stores the program may act in."), field="stores")


def _account(
    actor: Actor, user: User, name: str, prefix: str, scopes: Collection[str], stores: Collection[Store]
) -> User:
    """The account the program acts as. It has no password and no way to get one."""
    account = User.objects.create_user(
        f"{prefix}@programs.invalid",
        program_name(name),
        kind=User.Kind.SERVICE,
        responsible=user,
    )
    for store in stores:
        give_role(account, role_for(scopes), store, actor=actor)
    return account


def list_keys() -> list[ApiKey]:
    """All keys, newest first, with `in_words` (their scopes) and `places` (names of their stores). Three queries."""
    held = "service__memberships__store"
    found = list(ApiKey.objects.select_related("made_by", "service").prefetch_related(held))
    for key in found:
        stores = [one.store for one in key.service.memberships.all() if one.store] if key.service else []
        key.in_words = [SCOPES[code] for code in key.scopes if code in SCOPES]  # type: ignore[attr-defined]
        key.places = ", ".join(one.name for one in stores)  # type: ignore[attr-defined]
    return found


def revoke_key(*, actor: Actor, pk: int) -> ApiKey | None:
    """The key works no more from now on; None when there is none. Twice does no harm."""
    with transaction.atomic():
        key = ApiKey.objects.select_for_update().filter(pk=pk).first()
        if key and key.revoked_at is None:
            key.revoked_at = timezone.now()
            key.save(update_fields=["revoked_at"])
            if key.service_id:
                User.objects.filter(pk=key.service_id).update(is_active=False)
            record("api.key_revoked", actor=actor, subject=key.name, details={"prefix": key.prefix})
    return key


def key_of(text: str) -> ApiKey | None:
    """The key this text is, if it works; its use is noted."""
    mark, _one, rest = text.partition("_")
    prefix, _two, secret = rest.partition("_")
    key = (
        ApiKey.objects.select_related("service").filter(prefix=prefix).first()
        if mark == MARK and secret
        else None
    )
    if key is None or not hmac.compare_digest(key.secret_hash, hash_of_secret(secret)) or not key.works:
        return None
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def who_answers_for(account_id: int) -> Behind | None:
    """Of a program's account, for the watch; None for a person's."""
    found = (
        User.objects.filter(pk=account_id, responsible__isnull=False).select_related("responsible").first()
    )
    person = found.responsible if found else None
    return Behind(person.pk, person.name) if person else None


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
