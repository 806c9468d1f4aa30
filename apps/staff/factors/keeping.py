"""Setting up second factors, naming and removing them, new recovery codes, and a reset by an administrator."""

import time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.staff.confirming.guard import check_second
from apps.staff.factor_models import Authenticator, Passkey
from apps.staff.factors import recovery, totp
from apps.staff.factors.ceremony import NewKey, id_of
from apps.staff.factors.needing import is_needed
from apps.staff.factors.showing import APP, PASSKEY
from apps.staff.models import User
from apps.staff.people.guarding import hold

MOST_PASSKEYS = 10


@sensitive_variables("secret")
def is_set_up(person: User, secret: str) -> bool:
    """Whether this person's app holds this secret already."""
    app = Authenticator.objects.filter(person=person).first()
    return app is not None and app.secret == secret


@sensitive_variables("secret", "typed", "codes")
def add_authenticator(*, actor: Actor, person: User, secret: str, typed: str) -> list[str]:
    """Keep the app once it shows the right code; it takes the place of one from before.

    Shape:  ten recovery codes when it is the person's first factor, else none; other sessions end then
    Raises: BadInput (code); Conflict when it is set up already
    """
    step = totp.step_of(secret, typed, time.time())
    if step is None:
        record("staff.factor_not_added", actor=actor, outcome="refused", subject=APP)
        raise BadInput(
            _(
                "This is not the code the app shows now. Type the newest one; the clock of the phone must be right."
            ),
            field="code",
        )
    with transaction.atomic():
        person = _held(person)
        before = Authenticator.objects.filter(person=person).first()
        if before and before.secret == secret:
            raise Conflict(
                _("This app is set up already."),
                next_step=_("If you have not seen your recovery codes, make new ones."),
            )
        if before:
            before.delete()
        app = Authenticator(person=person, last_step=step)
        app.secret = secret
        app.save()
        record("staff.factor_added", actor=actor, subject=APP, details={"in_place_of_another": bool(before)})
        return _has_one_now(person)


@sensitive_variables("codes")
def add_passkey(*, actor: Actor, person: User, key: NewKey, name: str) -> list[str]:
    """Keep a key that the browser has made.

    Shape:  as add_authenticator
    Raises: BadInput (name); Conflict for a key that is known or one too many
    """
    try:
        with transaction.atomic():
            person = _held(person)
            name = _free_name(person, name)
            if person.passkeys.count() >= MOST_PASSKEYS:
                raise Conflict(_("Ten passkeys are enough."), next_step=_("Remove one first."))
            Passkey.objects.create(
                person=person,
                name=name,
                key_id=id_of(key.data.credential_id),
                handle=key.handle,
                public=bytes(key.data),
                uses=key.uses,
            )
            record("staff.factor_added", actor=actor, subject=f"{PASSKEY} {name}")
            return _has_one_now(person)
    except IntegrityError as error:
        raise Conflict(_("This passkey is known here already.")) from error


def rename_passkey(*, actor: Actor, person: User, pk: int, name: str) -> None:
    """Raises: BadInput (name); Conflict when it is gone"""
    with transaction.atomic():
        key = _key_of(_held(person), pk)
        was, key.name = key.name, _free_name(key.person, name, but=key.pk)
        key.save(update_fields=["name"])
        changed = {"name": [was, key.name]}
        record("staff.factor_renamed", actor=actor, subject=key.name, details={"changed": changed})


def remove_passkey(*, actor: Actor, person: User, pk: int) -> None:
    """Raises: Conflict when it is gone, or is the last factor of somebody who needs one"""
    with transaction.atomic():
        person = _held(person)
        key = _key_of(person, pk)
        key.delete()
        record("staff.factor_removed", actor=actor, subject=f"{PASSKEY} {key.name}")
        _check_what_is_left(person)


def remove_authenticator(*, actor: Actor, person: User) -> None:
    """Raises: as remove_passkey"""
    with transaction.atomic():
        person = _held(person)
        if not Authenticator.objects.filter(person=person).delete()[0]:
            raise Conflict(_("You have no authenticator app here any more."))
        record("staff.factor_removed", actor=actor, subject=APP)
        _check_what_is_left(person)


@sensitive_variables("codes")
def make_recovery_codes(*, actor: Actor, person: User) -> list[str]:
    """Ten new ones; those from before are dead.

    Raises: Conflict for somebody without a factor, who needs none
    """
    with transaction.atomic():
        person = _held(person)
        if person.second_factor_since is None:
            raise Conflict(
                _("Recovery codes stand in for a second factor, and you have none."),
                next_step=_("Set one up first."),
            )
        codes = recovery.make_codes(person)
        record("staff.recovery_made", actor=actor)
        return codes


def reset(*, actor: Actor, pk: int, reason: str) -> User:
    """All factors of somebody else go, and all their sessions end: the phone is lost.

    Raises: Conflict when there is none; Refused for oneself, for an actor who may not any more, and without a second
            person
    """
    check_second(actor)
    with transaction.atomic():
        person = hold(actor, pk)
        if person.second_factor_since is None:
            raise Conflict(_("%(name)s has no second factor.") % {"name": person.name})
        keys = person.passkeys.count()
        had_app = bool(Authenticator.objects.filter(person=person).delete()[0])
        person.passkeys.all().delete()
        person.recovery_codes.all().delete()
        person.second_factor_since = None
        person.session_round += 1
        person.save(update_fields=["second_factor_since", "session_round"])
        details = {"authenticator_app": had_app, "passkeys": keys}
        record("staff.factors_reset", actor=actor, subject=person.name, reason=reason, details=details)
    return person


def _held(person: User) -> User:
    """Factors of one person change one after the other."""
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _has_one_now(person: User) -> list[str]:
    """The first factor ends sessions that a password alone has opened, maybe somebody else's."""
    if person.second_factor_since is not None:
        return []
    person.second_factor_since = timezone.now()
    person.session_round += 1
    person.save(update_fields=["second_factor_since", "session_round"])
    return recovery.make_codes(person)


def _check_what_is_left(person: User) -> None:
    if person.passkeys.exists() or Authenticator.objects.filter(person=person).exists():
        return
    if is_needed(person):
        raise Conflict(
            _("It is your only second factor, and your role needs one, so it stays."),
            next_step=_("Set up another first."),
        )
    person.recovery_codes.all().delete()
    person.second_factor_since = None
    person.save(update_fields=["second_factor_since"])


def _key_of(person: User, pk: int) -> Passkey:
    key = person.passkeys.filter(pk=pk).first()
    if key is None:
        raise Conflict(_("This passkey has been removed."))
    return key


def _free_name(person: User, name: str, *, but: int | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadInput(_("Give it a name that you will recognise."), field="name")
    if person.passkeys.filter(name__iexact=name).exclude(pk=but or 0).exists():
        raise BadInput(_("You have a passkey of this name already."), field="name")
    return name
