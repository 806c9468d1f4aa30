"""The second person's word: confirmed and applied in one transaction, or refused. And what nobody said in time."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import system_actor
from apps.audit.beside import told_beside
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict, ConsoleError, Refused
from apps.core.words import line, needed
from apps.staff.confirming.deciders import why_not
from apps.staff.confirming.guard import let_through
from apps.staff.confirming.kinds import By, Kind
from apps.staff.confirming.models import ProposedChange
from apps.staff.confirming.proposing import (
    LONGEST,
    changed_since,
    check_unchanged,
    end,
    held,
    kind_of,
    trace,
    values_of,
)
from apps.staff.confirming.trying import rows
from apps.staff.models import User

State = ProposedChange.State
DRAFTS_LIVE = timedelta(days=1)


def confirm(*, by: By, pk: int, words: str = "") -> tuple[ProposedChange, Any]:
    """Apply it, once. The change, and what its kind's service returned.

    Raises: Refused for whoever asked, whom it is about, or has not the permission; Conflict when it was decided, has
            run out, its asker may not any more, or something has changed since; whatever the service says.
            Each of these leaves an entry, and nothing is changed.
    """
    said = line(words, LONGEST, "words")
    try:
        with transaction.atomic():
            return _applied(by, pk, said)
    except (Refused, Conflict, BadInput) as error:
        _trace_not_confirmed(by, pk, error)
        raise


def refuse(*, by: By, pk: int, words: str) -> ProposedChange:
    """It is not done. Raises BadInput (words); Refused and Conflict as `confirm`."""
    said = needed(words, LONGEST, "words", missing=_("Say why not: whoever asked reads it."))
    with transaction.atomic():
        change = held(pk, State.WAITING)
        _check_decider(by, change)
        end(change, State.REFUSED, by, said)
        trace("staff.change.refused", change, by=by, reason=said)
    return change


def end_old() -> int:
    """Sweep: what nobody decided in time has run out, with an entry; old drafts go. How many rows it ended."""
    now, actor = timezone.now(), system_actor("Changes that wait")
    ProposedChange.objects.filter(state=State.DRAFT, asked_at__lt=now - DRAFTS_LIVE).delete()
    late = ProposedChange.objects.filter(state=State.WAITING, runs_out_at__lte=now)
    ended = 0
    for pk in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            change = ProposedChange.objects.select_for_update().filter(pk=pk, state=State.WAITING).first()
            if change is None:
                continue
            end(change, State.RUN_OUT, None)
            details = {"asked_by": change.asked_by_name, "change": change.number}
            record(
                "staff.change.run_out",
                actor=actor,
                outcome="not_done",
                subject=change.subject,
                details=details,
            )
            ended += 1
    return ended


def _applied(by: By, pk: int, said: str) -> tuple[ProposedChange, Any]:
    change = held(pk, State.WAITING)
    _check_decider(by, change)
    kind, values = kind_of(change), values_of(change)
    _check_asker(kind, change)
    check_unchanged(kind, change, values)
    before = kind.snapshot(values)
    with let_through(change.asked_by_name), told_beside(asked_by=change.asked_by_name, change=change.number):
        result = kind.apply(by, values)
    # The state is as it was; so must be what becomes of it, or somebody would have confirmed what nobody has read.
    if rows(before, kind.snapshot(values)) != change.facts:
        raise changed_since()
    end(change, State.CONFIRMED, by, said)
    trace("staff.change.confirmed", change, by=by, reason=said, asked_for=change.reason)
    return change, result


def _check_decider(by: By, change: ProposedChange) -> None:
    """Asked anew under the lock: the person may have lost their role while the page was open."""
    user = User.objects.filter(pk=by.user.pk, is_active=True).first()
    words = why_not(user, change) if user else _("You cannot sign in any more.")
    if words:
        raise Refused(words)
    if change.has_run_out:
        raise Conflict(
            _("Its time is over: it was to be confirmed within the days that the house allows."),
            next_step=_("Ask for it again."),
        )


def _check_asker(kind: Kind, change: ProposedChange) -> None:
    asker = User.objects.filter(pk=change.asked_by_id, is_active=True).first()
    if asker is None or not asker.has_perm(kind.proposes):
        raise Conflict(
            _("%(name)s may not ask for this any more, so it cannot be confirmed.")
            % {"name": change.asked_by_name},
            next_step=_("Refuse it. Somebody who may can ask for it again."),
        )


def _trace_not_confirmed(by: By, pk: int, error: ConsoleError) -> None:
    change = ProposedChange.objects.get(pk=pk)
    details = {"asked_by": change.asked_by_name, "change": change.number}
    record(
        "staff.change.not_confirmed",
        actor=by.actor,
        outcome="refused",
        subject=change.subject,
        reason=error.message,
        details=details,
    )
