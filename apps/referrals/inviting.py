"""Inviting people in a customer's name: checked, reserved, sent as one call, settled row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.core.errors import BadInput, Conflict, ConsoleError, Refused, TraceUnavailable
from apps.operations.acts import carrying
from apps.operations.acts.results import Result
from apps.operations.recent import remember_act
from apps.referrals.authority import campaign_title, check_customer, store_for
from apps.referrals.checking_rows import check_rows
from apps.referrals.contacts import read_contact
from apps.referrals.facts import Known, read_known
from apps.referrals.limits import check_limit, left_today
from apps.referrals.models import Invitation, Invitee
from apps.referrals.outcomes import conclude
from apps.referrals.ruling import rules_for
from apps.referrals.sealing import seal
from apps.referrals.sending import INVITING
from apps.referrals.telling import people
from apps.referrals.tracing import trace, trace_refusal
from apps.referrals.wanted import BadRows, Row, RowCheck, WantedInvites
from apps.staff.connection import client_for
from apps.staff.models import Store, User

__all__ = ["invite", "left_today", "rows_to_correct"]
State = Invitation.State
# The client's names of fields, and where they stand on our form; others belong to no field.
FIELDS = {"campaign_token": "campaign", "invitations": "rows", "rows": "rows"}


def invite(*, actor: Actor, user: User, wanted: WantedInvites) -> Invitation:
    """Invite them. The same form sent again gives the same invitation.

    Shape:  the invitation: done (some of its rows may have been refused), not_done with a reason beside every row, or
            open (in progress, unknown, person): not known yet of some rows, and those not to be repeated
    Raises: BadRows (`checks` has a message for each bad row; nothing was sent); BadInput (rows, campaign); Refused
            without the permission, while switched off, for the person's own account, or over the limit of the day;
            Conflict when the form invited others before, or for a merged customer; CapillaryError (Rejected with
            its field campaign; RateLimited says when to try again): nobody was invited; TraceUnavailable. What stops
            it before anything is sent is an entry, with its words
    """
    try:
        act, is_new = _begun(actor, user, wanted)
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        trace_refusal(actor=actor, wanted=wanted, error=error)
        raise
    return _sent(actor, user, act) if is_new else act


def _begun(actor: Actor, user: User, wanted: WantedInvites) -> tuple[Invitation, bool]:
    """The invitation, reserved; and whether it is to be sent. Raises why nobody is invited."""
    already = _of_form(user, wanted)
    if already is not None:
        return already, False
    store = store_for(actor=actor, user=user)
    wanted = _tidied(wanted, store)
    title = campaign_title(wanted.campaign)
    known = read_known(client_for(actor), wanted.customer_id, wanted.campaign)
    check_customer(user=user, known=known)
    try:
        checks = _all_good(actor, wanted.rows, known)
        act = _reserve(actor, user, store, wanted, known, checks, title)
    except (IntegrityError, BadRows, Refused) as error:
        # The other half of a double click was quicker: what it did stands in the way of this one.
        other = _of_form(user, wanted)
        if other is None:
            _stopped(actor, wanted, known, error)
        return other, False
    return act, True


def _stopped(actor: Actor, wanted: WantedInvites, known: Known, error: Exception) -> NoReturn:
    """Say why nothing was sent."""
    if isinstance(error, ConsoleError):
        raise error
    # Somebody else reserved one of them in this moment: the check says which.
    _all_good(actor, wanted.rows, known)
    raise Conflict(
        _("Somebody else invites one of these people at this moment."),
        next_step=_("Look at the customer's referrals and try again."),
    )


def rows_to_correct(*, invitation: Invitation) -> tuple[Row, ...]:
    """The refused rows as they were typed, for a new form. Those invited or not known yet are never among them."""
    refused = invitation.invitees.filter(state=Invitee.State.REFUSED)
    return tuple(Row(row.name, f"+{row.value}" if row.kind == "mobile" else row.value) for row in refused)


def _tidied(wanted: WantedInvites, store: Store) -> WantedInvites:
    """Without empty rows. Raises BadInput (rows) for none, or for more than one call takes."""
    rows = tuple(row for row in wanted.rows if row)
    most = rules_for(store).per_call_most
    if not rows:
        raise BadInput(_("Name at least one person to invite."), field="rows")
    if len(rows) > most:
        raise BadInput(_("At most %(most)s at once.") % {"most": people(most)}, field="rows")
    return replace(wanted, rows=rows, campaign=wanted.campaign.strip())


def _all_good(actor: Actor, rows: Sequence[Row], known: Known) -> list[RowCheck]:
    checks = check_rows(actor=actor, rows=rows, facts=known.facts)
    bad = sum(not check.ok for check in checks)
    if bad:
        words = ngettext("%(count)s row cannot be sent.", "%(count)s rows cannot be sent.", bad)
        raise BadRows(
            words % {"count": bad},
            checks=checks,
            next_step=_("Correct it or take it out: nothing was sent yet."),
        )
    return checks


def _reserve(
    actor: Actor,
    user: User,
    store: Store,
    wanted: WantedInvites,
    known: Known,
    checks: Sequence[RowCheck],
    title: str,
) -> Invitation:
    """The rows and the entry, in one short transaction.

    Raises: Refused over the limit; IntegrityError when the form or one of the people is there already
    """
    with written(), transaction.atomic():
        check_limit(user, store, len(checks))
        act = Invitation.objects.create(
            **carrying.reserved(actor, customer_id=wanted.customer_id),
            token=wanted.token,
            user=user,
            user_name=user.name,
            user_role=actor.role,
            store=store,
            customer_name_sealed=seal(known.person.name),
            customer_mask=known.person.mask,
            handle_sealed=seal(str(known.person.handle)),
            campaign=wanted.campaign,
            campaign_title=title,
            asked=len(checks),
        )
        Invitee.objects.bulk_create([_invitee(act, check) for check in checks])
        digests = tuple(bytes.fromhex(check.digest) for check in checks)
        trace("invitation.begun", act, actor=actor, digests=digests)
    return act


def _invitee(act: Invitation, check: RowCheck) -> Invitee:
    return Invitee(
        invitation=act,
        position=check.row,
        customer_id=act.customer_id or 0,
        campaign=act.campaign,
        name_sealed=seal(check.name),
        kind=check.kind,
        value_sealed=seal(check.value),
        mask=check.mask[:120],
        digest=check.digest,
    )


def _sent(actor: Actor, user: User, act: Invitation) -> Invitation:
    """Raises what the whole was refused for; a row's own refusal stands in the row."""
    ending = _Ending()
    try:
        settled = carrying.carry_out(replace(INVITING, conclude=ending.conclude), actor=actor, act=act)
    except ConsoleError as error:
        error.field = FIELDS.get(error.field, "")
        raise
    refused = ending.error if settled.state == State.NOT_DONE else None
    if refused is not None:
        refused.field = FIELDS.get(refused.field, "")
        raise refused
    if settled.state != State.NOT_DONE:
        words = _("Invited %(people)s: not known yet") if settled.is_open else _("%(people)s invited")
        count = settled.not_known + settled.invited if settled.is_open else settled.invited
        remember_act(user.pk, act.customer_id or 0, words % {"people": people(count)})
    return settled


@dataclass
class _Ending:
    """Keeps the error a call ended in: the row keeps its words only."""

    error: ConsoleError | None = None

    def conclude(self, *, actor: Actor, act: Invitation, result: Result) -> Invitation:
        """As outcomes.conclude."""
        self.error = result.error
        return conclude(actor=actor, act=act, result=result)


def _of_form(user: User, wanted: WantedInvites) -> Invitation | None:
    """What this form sent already. Raises Conflict when other people or another customer stand in it now."""
    already = Invitation.objects.select_related("store").filter(user=user, token=wanted.token).first()
    if already is not None and not _says_the_same(already, wanted):
        raise Conflict(
            _("This form sent %(number)s already. What stands in it now was not sent.")
            % {"number": already.number},
            next_step=_("Look at that invitation. For other people, open the form again."),
        )
    return already


def _says_the_same(already: Invitation, wanted: WantedInvites) -> bool:
    sent = list(already.invitees.values_list("digest", flat=True))
    now = [contact.digest for row in wanted.rows if row and (contact := read_contact(row.contact)).value]
    same = (already.customer_id, already.campaign) == (wanted.customer_id, wanted.campaign.strip())
    return same and sent == now
