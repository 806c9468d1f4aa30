"""Trying a till's sign-in: one harmless read of Capillary with it, and what came back in plain words."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.calls import Call
from apps.capillary.errors import CapillaryError, Rejected, Unauthorized
from apps.capillary.resources import organisation
from apps.capillary.types_organisation import TillDetails
from apps.core.errors import Conflict, Missing
from apps.staff.connection import client_for_store
from apps.staff.models import Store
from apps.staff.outside_models import TillCredentials
from apps.staff.stores_admin.credentials import are_used
from apps.staff.stores_admin.holding import check_still_may

DONE, NOT_DONE, UNKNOWN = "done", "not_done", "unknown"


@dataclass(frozen=True)
class Tried:
    """What became of it: done (they work), not_done (they do not), unknown (nothing is known of them)."""

    outcome: str
    words: str
    code: str = ""
    request_id: str = ""


def try_credentials(*, actor: Actor, pk: int) -> Tried:
    """Ask Capillary about the store's own till, signed in as that till. It changes nothing there.

    Raises: Missing; Conflict without credentials or with OAuth; BadInput when they cannot be opened; Refused;
    TraceUnavailable: then nothing was sent
    """
    check_still_may(actor)
    store = Store.objects.filter(pk=pk).first()
    if store is None:
        raise Missing(_("There is no such store."), next_step=_("Choose one from the list."))
    kept = TillCredentials.objects.filter(store=store).first()
    if kept is None or not are_used():
        raise Conflict(_("%(store)s has no till credentials to try.") % {"store": store.name})
    tried = _tried(actor, store)
    with transaction.atomic():
        # Those that were replaced meanwhile were not the ones tried.
        TillCredentials.objects.filter(store=store, sealed=kept.sealed).update(
            tested_at=timezone.now(),
            tested_by=actor.name[:120],
            tested_outcome=tried.outcome,
            tested_words=tried.words[:500],
            tested_code=tried.code[:20],
            tested_request_id=tried.request_id[:80],
        )
        record(
            "staff.till_sign_in_tried",
            actor=actor,
            outcome=tried.outcome,
            subject=store.name,
            details={"said": tried.words, "code": tried.code, "request_id": tried.request_id},
        )
    return tried


def _tried(actor: Actor, store: Store) -> Tried:
    code = store.till_code
    call: Call[Any] = organisation.till(code=code) if code else organisation.programmes()
    try:
        answer = client_for_store(actor, store).send(call)
    except Unauthorized as error:
        return _told(NOT_DONE, _("Capillary did not accept this user name and password."), error)
    except Rejected as error:
        words = _(
            "Capillary refused the question, not the sign-in: %(said)s Whether calls for this store work is not known."
        )
        return _told(UNKNOWN, words % {"said": error.message}, error)
    except CapillaryError as error:
        words = _("%(said)s Nothing is known about this user name and password.")
        return _told(UNKNOWN, words % {"said": error.message}, error)
    return Tried(DONE, _words(store, answer))


def _words(store: Store, answer: object) -> str:
    if not isinstance(answer, TillDetails):
        return _("Capillary accepted them.")
    if answer.is_active is False:
        words = _("Capillary accepted them, but calls the till %(code)s, %(name)s, not active.")
    else:
        words = _("Capillary accepted them and knows the till %(code)s as %(name)s.")
    return words % {"code": answer.code, "name": answer.name or _("one without a name")}


def _told(outcome: str, words: str, error: CapillaryError) -> Tried:
    return Tried(outcome, words, error.code, error.request_id)
