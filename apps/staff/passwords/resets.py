"""A new password by mail: a link that works once, within an hour.

Asking takes as long and is answered alike whoever is asked for: a worker looks who it is. Links that somebody else
asked for end nothing and lock nobody out; a person gets a few an hour, and each works until one is used.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.audit.actor import Actor, system_actor
from apps.audit.services import record
from apps.core.hashes import hash_of_secret
from apps.core.masking import mask
from apps.staff.letters.posting import Kind, Mail, post, writes
from apps.staff.models import User, tidy_email
from apps.staff.session_models import ResetLink
from apps.staff.sessions.closing import close_all_but

LASTS = timedelta(hours=1)
MOST_AN_HOUR = 3
_signer = Signer(salt="apps.staff.passwords.resets", sep=".")


def ask(*, actor: Actor, email: str, base: str) -> None:
    """Somebody asks for a link for this address; whether there is such a person is not looked at here.

    base    scheme and host the link begins with
    """
    email = tidy_email(email)
    with transaction.atomic():
        record(
            "staff.reset_asked",
            actor=actor,
            details={"email": mask("email", email)},
            identifiers=[("email", email)],
        )
        post(Kind.RESET_ASKED, email=email, base=base)


@writes(Kind.RESET_ASKED)
@sensitive_variables("link")
def write(about: dict[str, Any]) -> Mail | None:
    """The mail with the link; None for nobody, for whoever signs in without a password, and above a few an hour."""
    person = User.objects.people().filter(email=about["email"], is_active=True).first()
    if person is None or not person.has_usable_password():
        return None
    row, token = make(person)
    if row is None:
        return None
    link = about["base"] + reverse("staff:password_reset", args=[token])
    context = {"person": person, "link": link, "organisation": settings.CONSOLE_ORGANISATION}
    text = render_to_string("staff/mail_reset.txt", context)
    return Mail(person, _("A new password for the Loyalty Console"), text, not_sent=row.delete)


@sensitive_variables("token", "secret")
def make(person: User) -> tuple[ResetLink | None, str]:
    """A link for this person and its token, which is kept nowhere; none when they had enough within the hour."""
    actor = system_actor("Passwords")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if person.reset_links.filter(made_at__gt=timezone.now() - LASTS).count() >= MOST_AN_HOUR:
            details = {"email": mask("email", person.email)}
            record("staff.reset_refused", actor=actor, outcome="refused", details=details)
            return None, ""
        secret = secrets.token_urlsafe(32)
        row = person.reset_links.create(secret_hash=hash_of_secret(secret), expires_at=timezone.now() + LASTS)
        record("staff.reset_sent", actor=actor, subject=person.name)
    return row, _signer.sign(secret)


@sensitive_variables("token", "secret")
def link_of(token: str) -> ResetLink | None:
    """The link, whether it works or not; None for what is no link of ours."""
    try:
        secret = _signer.unsign(token)
    except BadSignature:
        return None
    return ResetLink.objects.select_related("person").filter(secret_hash=hash_of_secret(secret)).first()


@sensitive_variables("password")
def use(*, actor: Actor, link: ResetLink, password: str) -> User | None:
    """Set the password, once, and end every session and every other link; None when the link has died meanwhile.

    Second factors stay, and nobody is signed in by it.

    actor       the visitor: the entry is the person's own, with the visitor's address
    password    has passed the validators
    """
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=link.person_id)
        now = timezone.now()
        if not (person.is_active and ResetLink.objects.get(pk=link.pk).works):
            return None
        ResetLink.objects.filter(pk=link.pk).update(used_at=now)
        set_new(person, password)
        role = person.roles[0].title if person.roles else "No role"
        own = replace(actor, user_id=person.pk, name=person.name, role=role, store_id=None, store_code="")
        record("staff.reset_used", actor=own, subject=person.name)
    return person


@sensitive_variables("password")
def set_new(person: User, password: str, *, keep: str = "") -> None:
    """A new password ends all links that wait and all sessions but the one with this hash, in the caller's
    transaction."""
    person.set_password(password)
    person.save(update_fields=["password"])
    person.reset_links.filter(used_at=None, ended_at=None).update(ended_at=timezone.now())
    close_all_but(person, keep)
