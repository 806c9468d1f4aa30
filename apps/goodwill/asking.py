"""Asking for goodwill: checked, reserved, sent, and approved by policy where the person's limit allows."""

from datetime import timedelta
from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.core.context import current_reference
from apps.core.errors import Conflict, ConsoleError, Refused
from apps.core.masking import mask_cards
from apps.goodwill.acting import carry_out, reserve
from apps.goodwill.checking import Wanted, checked
from apps.goodwill.duplicates import Duplicate, likely_duplicates, outside_duplicates
from apps.goodwill.escalations import times_of
from apps.goodwill.gathering import Gathered, gather
from apps.goodwill.granting import hand_over, use_up, way_of
from apps.goodwill.models import FileGrant, GoodwillRequest, Kind, OutsideAct, Taking
from apps.goodwill.money import whole_points
from apps.goodwill.policy import approve_by_policy
from apps.goodwill.putting_off import carry_out_row
from apps.goodwill.reading import facts_from, plain
from apps.goodwill.routing import Route
from apps.goodwill.sealing import seal
from apps.goodwill.states import State
from apps.goodwill.switches import GOODWILL
from apps.goodwill.taking import lock_counting, take
from apps.goodwill.tracing import trace
from apps.operations.acts.rows import new_reference
from apps.operations.caller import verification_level
from apps.operations.switches import check_on
from apps.staff.models import Store, User

__all__ = ["Wanted", "ask"]

# After this long the sweep sees to the second step of a request within somebody's authority.
POLICY_DUE = timedelta(seconds=30)


def ask(*, actor: Actor, user: User, wanted: Wanted, grant: FileGrant | None = None) -> GoodwillRequest:
    """Ask for goodwill in the actor's store. The same form sent again gives the same request.

    grant   of the file this is a row of: limits and budget were taken for all its rows when it was approved
    Shape:  the request as it stands: waiting, or approved by policy; refused (message says why); or still
            sending with an open act when it is not known yet
    Raises: BadInput (field amount, series, reason, reason_words, comment, bill, kind); Refused without the
            permission or while switched off; Conflict for a likely duplicate not looked at (field
            different_matter), for a merged customer, or while another sending for this customer is not
            settled; CapillaryError when the customer cannot be read, for a row of long work also when its sending
            did not leave: then nothing was sent; TraceUnavailable
    """
    already = _of_form(user, wanted)
    if already is not None:
        return already
    store = _store(actor, user)
    check_on(GOODWILL, store)
    wanted = checked(wanted)
    known = gather(actor=actor, customer_id=wanted.customer_id)
    try:
        outside = outside_duplicates(known.outside, kind=wanted.kind, amount=wanted.amount)
        _check_duplicates(wanted, _ours(wanted) or outside)
        act = _reserve(actor, user, store, wanted, known, grant)
    except (IntegrityError, Conflict):
        # The other half of a double click was quicker: this one says the same.
        other = _of_form(user, wanted)
        if other is None:
            raise
        return other
    if actor.channel == "operation":
        carry_out_row(actor=actor, act=act, grant=grant)
    else:
        carry_out(actor=actor, act=act)
    return _second_step(GoodwillRequest.objects.select_related("store", "series").get(pk=act.request_id))


def _second_step(request: GoodwillRequest) -> GoodwillRequest:
    """The approval by policy, where it may follow at once."""
    if request.state != State.WAITING or not request.by_policy:
        return request
    try:
        return approve_by_policy(request)
    except ConsoleError:
        # The request is there, so asking did not fail: the sweep sees to its approval.
        return GoodwillRequest.objects.select_related("store", "series").get(pk=request.pk)


def _reserve(
    actor: Actor, user: User, store: Store, wanted: Wanted, known: Gathered, grant: FileGrant | None
) -> OutsideAct:
    """Request, what it takes, its act and entry, in one short transaction under the counting locks."""
    with written():
        lock_counting(kind=wanted.kind, user=grant.approver or user if grant else user, store=store)
        way = way_of(
            grant,
            user=user,
            store=store,
            kind=wanted.kind,
            amount=wanted.amount,
            fraud=known.person.fraud,
            colleague=known.colleague,
        )
        request = _row(actor, user, store, wanted, known, way)
        _keep_snapshot(request, known, way, is_taken=grant is not None and way.by_policy)
        request.save()
        _take(request, way, user, store, grant)
        act = reserve(request, kind=OutsideAct.Kind.ADD, actor=actor)
        # Behind the act's row, of which a customer has one open at most: whoever was quicker is seen now.
        _check_duplicates(wanted, _ours(wanted, except_pk=request.pk))
        trace(
            "asked",
            request,
            actor=actor,
            reason=request.reason_words,
            why=[one["rule"] for one in way.why],
            different_matter=wanted.different_matter,
            **_typed(wanted),
        )
    return act


def _typed(wanted: Wanted) -> dict[str, str]:
    """What was typed beside it, so that the entry is found by it; the trail masks numbers and addresses in it.

    Not under "bill", where long numbers are facts: people type a ticket here, or whatever is on their mind.
    """
    typed = {"ticket": wanted.bill, "comment": wanted.comment}
    return {name: mask_cards(words) for name, words in typed.items() if words}


def _take(request: GoodwillRequest, way: Route, user: User, store: Store, grant: FileGrant | None) -> None:
    """What it needs nobody's decision for is taken; a row that needs one after all leaves its part of the file."""
    amount = request.amount or Decimal(0)
    if grant is not None:
        hand_over(grant, request, amount) if way.by_policy else use_up(grant, amount)
    elif way.by_policy:
        take(request, amount, account=Taking.Account.GIVE, user=user)
        take(request, amount, account=Taking.Account.STORE, store=store)


def _row(
    actor: Actor, user: User, store: Store, wanted: Wanted, known: Gathered, way: Route
) -> GoodwillRequest:
    now = timezone.now()
    reference = new_reference()
    times = times_of(store)
    title = wanted.reason.title if wanted.reason else ""
    return GoodwillRequest(
        reference=reference,
        # The random end of a ULID, so that two requests of one moment differ.
        tag=f"LC#{reference[-10:]}",
        form_token=wanted.token,
        correlation=current_reference(),
        customer_id=wanted.customer_id,
        customer_name_sealed=seal(known.person.name),
        customer_mask=known.person.mask,
        handle_sealed=seal(str(known.person.handle)),
        contact_digests=known.person.digests,
        verification=verification_level(user.pk, wanted.customer_id),
        kind=wanted.kind,
        amount=wanted.amount,
        series=wanted.series,
        reason=wanted.reason,
        reason_words=f"{title}: {wanted.reason_words}" if wanted.reason_words else title,
        comment=wanted.comment,
        bill=wanted.bill,
        different_matter=wanted.different_matter,
        programme_id=wanted.programme_id,
        store=store,
        requester=user,
        requester_name=user.name,
        requester_role=actor.role,
        by_policy=way.by_policy,
        policy=way.policy if way.by_policy else "",
        needs_other_store=known.colleague,
        approvals_needed=way.approvals_needed,
        why=way.why,
        asked_at=now,
        due_at=now + (POLICY_DUE if way.by_policy else timedelta(minutes=times.due_minutes)),
    )


def _keep_snapshot(request: GoodwillRequest, known: Gathered, way: Route, *, is_taken: bool) -> None:
    """What the person saw when they asked: compared with what is true when somebody decides."""
    facts = facts_from(request=request, status="PENDING", person=known.person, merged="", is_taken=is_taken)
    left = way.limit.request
    request.snapshot = {
        "facts": facts.plain(),
        "limit_left": plain(left) if left is not None else "",
        "budget_left": plain(way.budget.left) if way.budget.left is not None else "",
    }


def _check_duplicates(wanted: Wanted, found: list[Duplicate]) -> None:
    if found and not wanted.different_matter:
        raise Conflict(
            _("This customer has goodwill that looks the same: %(which)s.")
            % {"which": found[0].number or found[0].reason or found[0].by},
            next_step=_("Look at it. If this is a different matter, say so and send again."),
            field="different_matter",
        )


def _ours(wanted: Wanted, except_pk: int | None = None) -> list[Duplicate]:
    return likely_duplicates(
        customer_id=wanted.customer_id,
        kind=wanted.kind,
        amount=wanted.amount,
        bill=wanted.bill,
        series_id=wanted.series.pk if wanted.series else None,
        except_pk=except_pk,
    )


def _store(actor: Actor, user: User) -> Store:
    """The store the person acts for. Raises Refused without one, or without the right to ask there."""
    store = Store.objects.filter(pk=actor.store_id).first() if actor.store_id else None
    if store is None or not user.has_perm("staff.ask_goodwill", store):
        raise Refused(_("Your role does not ask for goodwill here."))
    return store


def _of_form(user: User, wanted: Wanted) -> GoodwillRequest | None:
    """What this form asked for already. Raises Conflict when something else stands in it now."""
    already = GoodwillRequest.objects.filter(requester=user, form_token=wanted.token).first()
    if already is not None and not _says_the_same(already, wanted):
        raise Conflict(
            _("This form asked for %(number)s already. What stands in it now was not sent.")
            % {"number": already.number},
            next_step=_("Look at that request. For something else, open the form again."),
        )
    return already


def _says_the_same(already: GoodwillRequest, wanted: Wanted) -> bool:
    same_goods = (
        already.amount == whole_points(wanted.amount)
        if already.kind == Kind.POINTS
        else already.series_id == (wanted.series.pk if wanted.series else None)
    )
    return (
        same_goods
        and already.customer_id == wanted.customer_id
        and already.kind == wanted.kind
        and already.reason_id == (wanted.reason.pk if wanted.reason else None)
        and already.bill.split() == wanted.bill.split()
    )
