"""The sign-in of a store's own till: given, replaced, removed. It goes in and is never shown again."""

import re

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.core.faults import Faults
from apps.staff.confirming.guard import check_second
from apps.staff.outside_models import TillCredentials
from apps.staff.stores_admin.holding import hold, hold_open

LONGEST_USERNAME, LONGEST_PASSWORD = 100, 200
# A colon would end the user name on the wire.
USERNAME = re.compile(r"[!-9;-~]{1,100}")
NONE, OLD, NEW = "none", "given", "given anew"


def are_used() -> bool:
    """Whether this connection signs in as a till at all: with OAuth nothing here is ever sent."""
    return str(settings.CAPILLARY["auth"]) == "basic"


def give_credentials(*, actor: Actor, pk: int, username: str, password: str) -> TillCredentials:
    """Keep the sign-in of the store's till, sealed, in place of the one before. The entry names neither part.

    Raises: BadInput (username, password), also for the user name of another store's till; Conflict when the store is
    closed, or this connection uses OAuth; Missing; Refused
    """
    username = username.strip()
    check_pair(username, password)
    if not are_used():
        raise Conflict(
            _("This connection signs in by OAuth: till credentials are not used, so none were kept.")
        )
    with transaction.atomic():
        store = hold_open(actor, pk)
        check_second(actor)
        _check_not_anothers(pk, username)
        before = TillCredentials.objects.filter(store=store).delete()[0]
        kept = TillCredentials.objects.create(
            store=store,
            sealed=TillCredentials.sealed_pair(username, password),
            given_at=timezone.now(),
            given_by=actor.name[:120],
        )
        _record(
            "staff.till_sign_in_given", actor, store.name, OLD if before else NONE, NEW if before else OLD
        )
    return kept


def remove_credentials(*, actor: Actor, pk: int) -> None:
    """Forget them: calls for the store go out under the connection's own sign-in again.

    Raises: Conflict when there are none; Missing; Refused
    """
    with transaction.atomic():
        # Also of a closed store: a secret nobody needs is better gone.
        store = hold(actor, pk)
        check_second(actor)
        if not TillCredentials.objects.filter(store=store).delete()[0]:
            raise Conflict(_("%(store)s has no till credentials.") % {"store": store.name})
        _record("staff.till_sign_in_removed", actor, store.name, OLD, NONE)


@sensitive_variables("password")
def check_pair(username: str | None, password: str | None) -> None:
    """Both of them; None is not looked at. Raises: BadInput (username, password)"""
    faults = Faults()
    if username is not None:
        with faults:
            _check_username(username)
    if password is not None:
        with faults:
            _check_password(password)
    faults.tell()


def _check_username(username: str) -> None:
    if not username:
        raise BadInput(_("Type the user name of the till."), field="username")
    if not USERNAME.fullmatch(username):
        raise BadInput(
            _("Use plain Latin letters, digits and signs, at most 100, without a space or a colon."),
            field="username",
        )


@sensitive_variables("password")
def _check_password(password: str) -> None:
    if not password:
        raise BadInput(_("Type the password of the till."), field="password")
    if len(password) > LONGEST_PASSWORD or not password.isprintable():
        raise BadInput(
            _("This is longer than 200 characters, or holds one that no keyboard types."), field="password"
        )


def _check_not_anothers(pk: int, username: str) -> None:
    """A test cannot tell whose till signed in: with that of another store acts would be booked there, unnoticed."""
    for other in TillCredentials.objects.exclude(store=pk).select_related("store"):
        opened = other.open()
        if opened and opened[0].casefold() == username.casefold():
            raise BadInput(
                _("This is the user name of the till of %(store)s.") % {"store": other.store.name},
                next_step=_("Type that of this store's own till, or remove it there first."),
                field="username",
            )


def _record(action: str, actor: Actor, store: str, before: str, after: str) -> None:
    record(action, actor=actor, subject=store, details={"changed": {"till_sign_in": [before, after]}})
