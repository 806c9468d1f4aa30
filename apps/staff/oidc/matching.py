"""Which person of the house somebody is: by the provider's own number for them, the first time by their address."""

import unicodedata
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.staff.confirming.guard import check_second
from apps.staff.models import User, tidy_email
from apps.staff.oidc.config import provider_name
from apps.staff.oidc.problems import NotLetIn
from apps.staff.oidc.rows import LONGEST_SUBJECT, LinkedAccount
from apps.staff.people.guarding import check_one_is_left, hold
from apps.staff.services import new_person


def person_of_claims(*, actor: Actor, claims: dict[str, Any], may_be_made: bool) -> User:
    """The person, linked to the provider's account by now; in the caller's transaction.

    actor        the visitor
    may_be_made  whether somebody whom the console does not know may become known now
    Raises: NotLetIn
    """
    issuer, subject = settings.CONSOLE_OIDC["issuer"], str(claims["sub"])
    if len(subject) > LONGEST_SUBJECT:
        raise _not_known()
    linked = LinkedAccount.objects.select_related("person").filter(issuer=issuer, subject=subject).first()
    person = linked.person if linked else _first_time(actor, claims, may_be_made)
    if not person.is_active:
        raise NotLetIn(
            _("Your account in the console is deactivated."),
            next_step=_("If your work needs it, ask your administrator."),
            code="sso-deactivated",
        )
    if linked is None:
        _link(actor, person, issuer, subject)
    return person


def unlink(*, actor: Actor, pk: int) -> bool:
    """Forget which account at the provider is this person's: the next one with their verified address becomes it.
    False when there was none.

    Raises: Refused for oneself, for an actor who may not any more, and without a second person
    """
    check_second(actor)
    with transaction.atomic():
        person = hold(actor, pk)
        gone, _of = LinkedAccount.objects.filter(person=person).delete()
        if gone:
            check_one_is_left()
            # What was begun with the account ends with it.
            person.session_round += 1
            person.save(update_fields=["session_round"])
            record("staff.oidc_unlinked", actor=actor, subject=person.name, details=_changed(True, False))
    return bool(gone)


def _first_time(actor: Actor, claims: dict[str, Any], may_be_made: bool) -> User:
    email = _verified_address(claims)
    person = User.objects.select_for_update(no_key=True).filter(email=email).first()
    if person is None:
        return _new(actor, claims, email) if may_be_made else _nobody()
    if person.is_service:
        raise _not_known()
    if LinkedAccount.objects.filter(person=person, issuer=settings.CONSOLE_OIDC["issuer"]).exists():
        raise NotLetIn(
            _("Your address belongs to somebody who signs in with another account at %(provider)s.")
            % {"provider": provider_name()},
            next_step=_("If that was your former account, ask your administrator to end its link."),
            code="sso-other-account",
        )
    return person


def _verified_address(claims: dict[str, Any]) -> str:
    """Raises: NotLetIn without an address that the provider vouches for"""
    email, verified = claims.get("email"), claims.get("email_verified")
    trusted = verified in (True, "true") or (verified is None and settings.CONSOLE_OIDC["trust_email"])
    # Another spelling of signs is another mailbox there, and would be a colleague's address here.
    is_plain = isinstance(email, str) and unicodedata.is_normalized("NFKC", email)
    if not isinstance(email, str) or not is_plain or not email.strip() or not trusted:
        raise NotLetIn(
            _("%(provider)s does not say that your e-mail address is yours.") % {"provider": provider_name()},
            next_step=_("Confirm your address there, then sign in again."),
            code="sso-email",
        )
    return tidy_email(email)


def _new(actor: Actor, claims: dict[str, Any], email: str) -> User:
    name = str(claims.get("name") or claims.get("preferred_username") or email.partition("@")[0])
    try:
        with transaction.atomic():
            person = new_person(email, name[:120], None)
    except (BadInput, Conflict) as error:
        raise _not_known() from error
    except IntegrityError as error:
        raise _twice() from error
    record("staff.person_added", actor=actor, subject=person.name, details={"email": person.email})
    return person


def _link(actor: Actor, person: User, issuer: str, subject: str) -> None:
    try:
        with transaction.atomic():
            LinkedAccount.objects.create(person=person, issuer=issuer, subject=subject)
    except IntegrityError as error:
        raise _twice() from error
    # The link for a first password has done its work another way.
    person.invites.filter(used_at=None, ended_at=None).update(ended_at=timezone.now())
    own = replace(actor, user_id=person.pk, name=person.name, role="No role")
    if person.roles:
        own = replace(own, role=person.roles[0].title)
    record("staff.oidc_linked", actor=own, subject=person.name, details=_changed(False, True))


def _twice() -> NotLetIn:
    """The same person in two windows: the other one was first."""
    return NotLetIn(
        _("You were signed in from another window at this moment."),
        next_step=_("Try once more."),
        code="sso-twice",
    )


def _changed(before: bool, after: bool) -> dict[str, Any]:
    return {"provider": provider_name(), "changed": {"signs_in_there": [before, after]}}


def _nobody() -> User:
    raise _not_known()


def _not_known() -> NotLetIn:
    return NotLetIn(
        _("The console does not know you."),
        next_step=_("Ask your administrator to invite you with the address you have at %(provider)s.")
        % {"provider": provider_name()},
        code="sso-unknown",
    )
