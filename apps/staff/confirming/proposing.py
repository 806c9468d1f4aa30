"""Asking for a change: a draft that shows what would change, then asked for with a reason, or withdrawn."""

import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.audit.services import record
from apps.core.errors import Conflict, Missing, Refused
from apps.core.sealing import Sealer
from apps.core.words import needed
from apps.staff.confirming import kinds
from apps.staff.confirming.deciders import somebody_else
from apps.staff.confirming.kinds import By, Kind, Values
from apps.staff.confirming.models import ProposedChange, runs_out
from apps.staff.confirming.trying import state_hash, tried

State = ProposedChange.State
LONGEST = 300
_sealer = Sealer("console proposed changes")


def draft(*, by: By, kind: Kind, values: Values) -> ProposedChange:
    """What would change, kept for its maker alone until they say why. Nobody is asked yet.

    Raises: whatever the kind's service says, beside its field; BadInput when nothing would change; Refused
    """
    if not by.user.has_perm(kind.proposes):
        raise Refused(_("Your role does not change this."))
    seen, plain = tried(by, kind, values), json.dumps(dict(values), sort_keys=True)
    return ProposedChange.objects.create(
        kind=kind.name,
        values=_sealer.seal(plain),
        digest=salted_hmac("apps.staff.confirming", f"{kind.name} {plain}", algorithm="sha256").hexdigest(),
        about=seen.about,
        subject=seen.subject[:200],
        facts=seen.facts,
        state_hash=seen.state_hash,
        asked_by=by.user,
        asked_by_name=by.user.name,
        runs_out_at=runs_out(timezone.now()),
    )


def ask(*, by: By, pk: int, reason: str) -> ProposedChange:
    """Let it wait for a second person.

    Raises: BadInput (reason); Missing for somebody else's draft; Conflict when nobody else could confirm it, when it
            waits already, and when something has changed since it was made
    """
    words = needed(reason, LONGEST, "reason", missing=_("Say why: the second person decides by it."))
    try:
        with transaction.atomic():
            change = own(by, pk, State.DRAFT)
            kind = kind_of(change)
            if not somebody_else(kind, change):
                raise nobody_else()
            check_unchanged(kind, change, values_of(change))
            now = timezone.now()
            change.state, change.reason = State.WAITING, words
            change.asked_at, change.runs_out_at = now, runs_out(now)
            change.save()
            trace(
                "staff.change.proposed", change, by=by, reason=words, runs_out=change.runs_out_at.isoformat()
            )
    except IntegrityError as error:
        raise waits_already() from error
    return change


def withdraw(*, by: By, pk: int) -> ProposedChange:
    """It is not done. Raises Missing for somebody else's; Conflict when it does not wait any more."""
    with transaction.atomic():
        change = own(by, pk, State.WAITING)
        end(change, State.WITHDRAWN, by)
        trace("staff.change.withdrawn", change, by=by)
    return change


def drop(*, by: By, pk: int) -> ProposedChange:
    """Forget a draft nobody was asked about. Raises Missing, Conflict as `withdraw`."""
    with transaction.atomic():
        change = own(by, pk, State.DRAFT)
        ProposedChange.objects.filter(pk=change.pk).delete()
    return change


def own(by: By, pk: int, state: str) -> ProposedChange:
    """The row of whoever acts, held until the transaction ends."""
    return held(pk, state, asked_by=by.user)


def held(pk: int, state: str, **conditions: Any) -> ProposedChange:
    """The row, held until the transaction ends, and with it all that wait: they are decided on one after another.

    Raises: Missing; Conflict when it stands elsewhere by now
    """
    # Two changes of one person, confirmed at once, would each see the state from before the other.
    waiting = ProposedChange.objects.select_for_update().filter(state=State.WAITING).order_by("pk")
    list(waiting.values_list("pk"))
    found = ProposedChange.objects.select_for_update().filter(pk=pk, **conditions).first()
    if found is None:
        raise Missing(_("There is no such change."), next_step=_("Choose one from the list."))
    if found.state == State.CONFIRMED and (kind := kinds.find(found.kind)) and kind.shown_once:
        raise Conflict(str(kind.shown_once))
    if found.state != state:
        raise Conflict(
            _("This change stands elsewhere by now: %(state)s.")
            % {"state": found.get_state_display().lower()},
            next_step=_("Load the page again."),
        )
    return found


def kind_of(change: ProposedChange) -> Kind:
    """Raises Conflict when no room knows its kind any more."""
    kind = kinds.find(change.kind)
    if kind is None:
        raise Conflict(_("The console does not make changes of this kind any more."))
    return kind


def values_of(change: ProposedChange) -> dict[str, Any]:
    """What is applied. Raises Conflict when it was sealed under another secret key."""
    plain = _sealer.unseal(change.values)
    if not plain:
        raise Conflict(
            _("What was asked for cannot be read any more: the secret key of the console was changed."),
            next_step=_("Withdraw it, and ask for it again."),
        )
    found: dict[str, Any] = json.loads(plain)
    return found


def check_unchanged(kind: Kind, change: ProposedChange, values: Values) -> None:
    """Raises Conflict when things stand otherwise than they did when the change was made."""
    if state_hash(kind.snapshot(values)) != change.state_hash:
        raise changed_since()


def changed_since() -> Conflict:
    """What is true when the state has moved on."""
    return Conflict(
        _("Something has changed since this was asked for, so it cannot be confirmed."),
        next_step=_("Refuse or withdraw it, and ask for it again as things are now."),
    )


def waits_already() -> Conflict:
    """What is true when somebody asked for the same before."""
    return Conflict(_("The same change waits already."), next_step=_("Look for it under Changes that wait."))


def nobody_else() -> Conflict:
    """What is true in a house with one person only."""
    return Conflict(
        _("Nobody else could confirm this, so it would wait for ever."),
        next_step=_(
            "Whoever runs the console adds another administrator with manage.py create_administrator, or says with "
            "CONSOLE_SECOND_PERSON=false that one person alone changes roles and rules here."
        ),
    )


def end(change: ProposedChange, state: str, by: By | None, words: str = "") -> None:
    """Keep how it ended; what was typed for it goes."""
    change.state, change.words, change.decided_at, change.values = state, words, timezone.now(), ""
    change.untold = state in (State.REFUSED, State.RUN_OUT)
    if by:
        change.decided_by, change.decided_by_name = by.user, by.user.name
    change.save()


def trace(action: str, change: ProposedChange, *, by: By, reason: str = "", **details: Any) -> None:
    """Write an entry with what changes, and who asked."""
    kind = kinds.find(change.kind)
    told = {
        "what": str(kind.title) if kind else change.kind,
        "asked_by": change.asked_by_name,
        "change": change.number,
        "changed": {label: [before, after] for label, before, after in change.changed},
    }
    record(action, actor=by.actor, subject=change.subject, reason=reason, details=told | details)
