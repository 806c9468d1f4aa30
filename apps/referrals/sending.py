"""The call that invites, from what the rows keep, and what its answer means for each of them."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.capillary.calls import Call
from apps.capillary.resources import referrals
from apps.capillary.types_referrals import Channel as Outside
from apps.capillary.types_referrals import Invitation as Asked
from apps.capillary.types_referrals import Invited
from apps.operations.acts.results import Result
from apps.operations.acts.trade import Trade
from apps.referrals.looking import keep_found, seek
from apps.referrals.models import Channel, Invitation
from apps.referrals.outcomes import OF_ROW, Told, Verdict, conclude
from apps.staff.connection import config

State = Invitation.State
CHANNELS: dict[str, Outside] = {Channel.MOBILE: "MOBILE", Channel.EMAIL: "EMAIL"}
# The client's names of fields, and where they stand on our form; others belong to no field.
FIELDS = {"identifier": "contact", "channel": "contact", "name": "name"}


def call_of(act: Invitation) -> Call[Invited]:
    """The one call. Raises BadInput when names or numbers can no longer be read."""
    return referrals.invite(
        customer_id=act.customer_id or 0,
        invitations=[Asked(CHANNELS[row.kind], row.value, row.name) for row in act.invitees.all()],
        campaign_token=act.campaign,
        dialect=config().referrals_dialect,
    )


def understood(act: Invitation, answer: Invited) -> Result:
    """Row by row. Where the answer says nothing of a row, the whole stays open until the list shows it."""
    rows = {
        row.row: Verdict(
            OF_ROW[row.verdict],
            code=row.code,
            message=row.words,
            next_step=row.next_step,
            field=FIELDS.get(row.field, ""),
            permanent=row.permanent,
        )
        for row in answer.rows
    }
    other = answer.customer_id if answer.customer_id != str(act.customer_id) else ""
    words = _("Capillary says that customer %(id)s invited them.") % {"id": other} if other else ""
    state = {"done": State.DONE, "not_done": State.NOT_DONE}.get(answer.outcome, State.UNKNOWN)
    return Result(state, words=words, told=Told(rows))


def _rows() -> QuerySet[Invitation]:
    return Invitation.objects.select_related("store")


INVITING = Trade(
    name="invite",
    rows=_rows,
    call_of=call_of,
    understood=understood,
    conclude=conclude,
    seek=seek,
    after=keep_found,
)
