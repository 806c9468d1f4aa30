"""A row of long work that was not sent, for now or because its worker died: it frees its form, so that trying it again
asks anew."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError
from apps.goodwill.acting import GOODWILL
from apps.goodwill.granting import hand_back
from apps.goodwill.models import FileGrant, GoodwillRequest, OutsideAct
from apps.goodwill.outcomes import conclude
from apps.goodwill.taking import lock_counting
from apps.operations.acts import carrying
from apps.operations.acts.results import Result
from apps.operations.acts.settling import ended_unsent


def carry_out_row(*, actor: Actor, act: OutsideAct, grant: FileGrant | None) -> OutsideAct:
    """As `acting.carry_out`, for the sending of a row.

    Raises: NotSent, TraceUnavailable: nothing was sent, and the row may be tried again under the same token
    """
    ending = _Ending(grant)
    settled = carrying.carry_out(replace(GOODWILL, conclude=ending.conclude), actor=actor, act=act)
    if ending.error is not None:
        raise ending.error
    return settled


def free_unsent(*, request: GoodwillRequest, grant: FileGrant | None) -> None:
    """Nothing, unless the row's worker died between keeping the request and sending it: then as if it had not begun."""
    ending = _Ending(grant)
    sending = request.acts.filter(kind=OutsideAct.Kind.ADD).first()
    if ended_unsent(replace(GOODWILL, conclude=ending.conclude), sending) is not None:
        # Where the sweep that reads back was quicker, the form is used still.
        ending.free(request.pk)


@dataclass
class _Ending:
    """Settles the sending; error says why it never left, when it was this one that settled it so."""

    grant: FileGrant | None
    error: CapillaryError | None = None

    def conclude(self, *, actor: Actor, act: OutsideAct, result: Result) -> OutsideAct:
        """As outcomes.conclude, and in the same transaction everything as if the row had not begun."""
        if not result.never_left:
            return conclude(actor=actor, act=act, result=result)
        with transaction.atomic():
            self._lock()
            request = GoodwillRequest.objects.locked(act.request_id)
            # Somebody who settled it meanwhile has told what became of the row: then this form stays used.
            is_ours = OutsideAct.objects.unsettled().filter(pk=act.pk).exists()
            settled = conclude(actor=actor, act=act, result=result)
            if is_ours:
                self.free(request.pk)
        self.error = result.error if is_ours else None
        return settled

    def free(self, pk: int) -> None:
        """The form, with the file's part of what it asked for, once."""
        with transaction.atomic():
            self._lock()
            request = GoodwillRequest.objects.locked(pk)
            if request.form_token is None:
                return
            GoodwillRequest.objects.filter(pk=pk).update(form_token=None)
            if self.grant is not None:
                hand_back(self.grant, request.amount or Decimal(0))

    def _lock(self) -> None:
        """The counts before the request, as everywhere."""
        grant = self.grant
        if grant is not None:
            lock_counting(kind=grant.kind, user=grant.approver or grant.requester, store=grant.store)
