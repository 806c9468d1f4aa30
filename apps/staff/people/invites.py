"""Invitations: a link that lets one new person set their password once, within three days.

The secret is in the link alone; the database has its hash. The signature turns guesses away before the database is
asked.
"""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.core.faults import Faults
from apps.core.hashes import hash_of_secret
from apps.staff.confirming.guard import check_second, is_on
from apps.staff.models import Invite, Store, User, tidy_email
from apps.staff.people.guarding import hold, hold_actor
from apps.staff.people.memberships import check_last_day, place, title_of
from apps.staff.role_table import role_named
from apps.staff.services import check_new_person, give_role, new_person, roles_held

LASTS = timedelta(hours=72)
_signer = Signer(salt="apps.staff.people.invites", sep=".")


@sensitive_variables("token")
def invite(
    *,
    actor: Actor,
    email: str,
    name: str,
    role: str,
    stores: Collection[Store] = (),
    last_day: date | None = None,
) -> tuple[User, str]:
    """Somebody new with one role in these stores, and the text of their link, which is kept nowhere.

    Raises: BadInput (email, name, stores, last_day); Conflict (email) when the address is taken; Refused
    """
    check_second(actor)
    with transaction.atomic():
        hold_actor(actor)
        check_invited(email=email, name=name, role=role, stores=stores, last_day=last_day)
        person = new_person(email, name, None)
        places: list[Store | None] = [*stores] or [None]
        for store in places:
            give_role(person, role, store, last_day, actor=actor)
        token = _new_link(person, actor.user_id)
        details = {
            "email": person.email,
            "role": title_of(role),
            "store": ", ".join(place(one) for one in stores) or place(None),
            "changed": {"roles": [[], roles_held(person)]},
        }
        record("staff.person_invited", actor=actor, subject=person.name, details=details)
    return person, token


def check_invited(
    *,
    email: str | None = None,
    name: str | None = None,
    role: str | None = None,
    stores: Collection[Store] | None = None,
    last_day: date | None = None,
) -> None:
    """Everything that is wrong with an invitation; what is None is not looked at. Raises: as `invite`"""
    faults = Faults()
    if email is not None:
        with faults:
            check_new_person(tidy_email(email), name if name is not None else "x", None)
    meant = role_named(role) if role else None
    with faults:
        if meant and stores is not None and meant.everywhere == bool(stores):
            raise BadInput(
                _("This role is held in all stores: choose none.")
                if stores
                else _("This role needs a store: choose at least one."),
                field="stores",
            )
    with faults:
        check_last_day(last_day)
    faults.tell()


def is_shown() -> bool:
    """Whether whoever makes a link sees it. Where a second person confirms, neither of the two does: with it one would
    hold a second account, and be the second person for what they ask themselves. Without a mail server the link lies in
    a file then, for whoever runs the console to pass on."""
    return not settings.CONSOLE_MAIL_IS_SENT and not is_on()


def where_it_is() -> str:
    """What is said once a mail with a link was handed over; with the person's name."""
    if settings.CONSOLE_MAIL_IS_SENT:
        return _("The link for %(name)s is on its way.")
    return _(
        "The mail with the link for %(name)s is a file: no mail server is named. Whoever runs the console passes it on."
    )


@sensitive_variables("token")
def send_again(*, actor: Actor, pk: int) -> tuple[User, str]:
    """A new link for somebody who has not set a password yet; the old one dies.

    Raises: Conflict when they have a password or are deactivated; Refused
    """
    with transaction.atomic():
        person = hold(actor, pk)
        _check_waits(person)
        until = (
            person.invites.filter(used_at=None, ended_at=None).values_list("expires_at", flat=True).first()
        )
        token = _new_link(person, actor.user_id)
        changed = {"link_works_until": [until, timezone.now() + LASTS]}
        record("staff.invite_sent_again", actor=actor, subject=person.name, details={"changed": changed})
    return person, token


def withdraw(*, actor: Actor, pk: int) -> User:
    """The link dies; the person stays on the list without a way in.

    Raises: Conflict when no link waits; Refused
    """
    with transaction.atomic():
        person = hold(actor, pk)
        if not _end_links(person):
            raise Conflict(_("No invitation of %(name)s waits any more.") % {"name": person.name})
        changed = {"link_waits": [True, False]}
        record("staff.invite_withdrawn", actor=actor, subject=person.name, details={"changed": changed})
    return person


@sensitive_variables("token")
def invite_of(token: str) -> Invite | None:
    """The invitation this link was made for, whether it works or not; None for what is no link of ours."""
    try:
        secret = _signer.unsign(token)
    except BadSignature:
        return None
    return Invite.objects.select_related("person").filter(secret_hash=hash_of_secret(secret)).first()


@sensitive_variables("password")
def accept(*, actor: Actor, invite: Invite, password: str) -> bool:
    """Set the first password, once; False when the link has died meanwhile.

    actor       the visitor: the entry is the person's own, with the visitor's address and session
    password    has passed the validators
    """
    with transaction.atomic():
        # The person first, as everywhere: two clicks on one link, or a click and a withdrawal, come one by one.
        person = User.objects.select_for_update(no_key=True).get(pk=invite.person_id)
        now = Invite.objects.get(pk=invite.pk)
        if not (now.works and person.is_active):
            return False
        now.used_at = timezone.now()
        now.save(update_fields=["used_at"])
        person.set_password(password)
        person.save(update_fields=["password"])
        role = person.roles[0].title if person.roles else "No role"
        own = replace(actor, user_id=person.pk, name=person.name, role=role, store_id=None, store_code="")
        record("staff.invite_accepted", actor=own, subject=person.name)
    return True


def _check_waits(person: User) -> None:
    if person.has_usable_password():
        raise Conflict(
            _("%(name)s has set a password already.") % {"name": person.name},
            next_step=_("They sign in with it."),
        )
    if person.linked_accounts.exists():
        raise Conflict(_("%(name)s signs in at the provider already.") % {"name": person.name})
    if not person.is_active:
        raise Conflict(
            _("%(name)s is deactivated.") % {"name": person.name}, next_step=_("Reactivate them first.")
        )


def _new_link(person: User, made_by_id: int | None) -> str:
    secret = secrets.token_urlsafe(32)
    _end_links(person)
    Invite.objects.create(
        person=person,
        secret_hash=hash_of_secret(secret),
        made_by_id=made_by_id,
        expires_at=timezone.now() + LASTS,
    )
    return _signer.sign(secret)


def _end_links(person: User) -> int:
    return person.invites.filter(used_at=None, ended_at=None).update(ended_at=timezone.now())
