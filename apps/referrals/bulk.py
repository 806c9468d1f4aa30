"""Inviting friends of many customers: a row each, by the service the screens use."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import Actor
from apps.core.errors import ConsoleError, Refused
from apps.operations.acts.settling import ended_unsent
from apps.operations.models import Item, Operation
from apps.operations.switches import off_for, off_words
from apps.operations.work.kinds import Checked, Column, Kind, Outcome, Problem, one_of, register
from apps.operations.work.kinds import Row as FileRow
from apps.operations.work.pauses import passes
from apps.operations.work.people import WHO, Whose, attempt, find_people, mask_of, read_who
from apps.referrals.authority import MAY, campaign_title
from apps.referrals.checking_rows import check_rows
from apps.referrals.contacts import read_contact
from apps.referrals.facts import facts_for
from apps.referrals.inviting import invite
from apps.referrals.limits import left_for_file
from apps.referrals.models import Campaign, Invitation, Invitee
from apps.referrals.sending import INVITING
from apps.referrals.switched import INVITE
from apps.referrals.telling import people
from apps.referrals.wanted import BadRows, Row, RowCheck, WantedInvites

FIELDS = {"name": "friend_name", "contact": "friend"}


def read_row(cells: Mapping[str, str]) -> FileRow:
    """The row by itself, all that is wrong with it at once."""
    problems: list[Problem] = []
    who = attempt(problems, "customer_id", lambda: read_who(cells))
    campaign = attempt(problems, "campaign", lambda: _campaign(cells.get("campaign", "")))
    contact = read_contact(cells["friend"])
    if not contact.value:
        problems.append(Problem("friend", contact.problem))
    values = {
        "who": who,
        "friend": cells["friend"],
        "friend_name": cells.get("friend_name", ""),
        "campaign": campaign,
    }
    return FileRow(values, tuple(problems))


def check(actor: Actor, operation: Operation, rows: Sequence[FileRow]) -> list[Checked]:
    """Read calls in the bulk lane: who invites, whom they invited so far, and whether friends are customers.

    Raises: Refused for all of them, when the requester may not invite there; an error that passes
    """
    user, store = operation.requested_by, operation.store
    if store is None or not user.has_perm(MAY, store):
        raise Refused(_("Your role does not invite friends here."))
    whose = find_people(actor, rows)
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, (row, one) in enumerate(zip(rows, whose, strict=True)):
        if one.person is not None:
            groups[one.person.customer_id, row.values["campaign"]].append(place)
    found = {place: Checked(one.problems) for place, one in enumerate(whose)}
    for (customer_id, campaign), places in groups.items():
        told = _checked_together(actor, customer_id, campaign, [rows[place] for place in places])
        for place, problems in zip(places, told, strict=True):
            own = bool(user.contact_digests & set(_digests(whose[place])))
            found[place] = _checked(rows[place], whose[place], problems, own=own, store_code=store.code)
    return [found[place] for place in range(len(rows))]


def take(operation: Operation) -> None:
    """Raises Refused when the file invites more than the requester still may today, beside their other files."""
    user, ready = operation.requested_by, operation.totals["ready"]
    left = left_for_file(user, operation)
    if left is not None and ready > left:
        raise Refused(
            _("%(name)s may invite %(left)s more within 24 hours, and this file has %(ready)s.")
            % {"name": user.name, "left": people(left), "ready": people(ready)},
            next_step=_("Split it and upload the parts on other days."),
        )


def run(actor: Actor, item: Item) -> Outcome:
    """Invite the friend, once. Raises as `inviting.invite`"""
    values = item.values
    wanted = WantedInvites(
        customer_id=item.customer_id or 0,
        rows=(Row(values["friend_name"], values["friend"]),),
        token=item.token,
        campaign=values["campaign"],
    )
    try:
        return outcome_of(invite(actor=actor, user=item.operation.requested_by, wanted=wanted))
    except BadRows as error:
        return Outcome("not_done", error.checks[0].message)


def anew(item: Item) -> None:
    """An invitation that was kept and never sent ends, and the row may invite again."""
    mine = Invitation.objects.filter(user=item.operation.requested_by_id)
    ended = ended_unsent(INVITING, mine.filter(token=item.token).first())
    if ended is not None:
        # Where the sweep that reads back was quicker, the form is used still.
        mine.filter(pk=ended.pk).update(token=None)


def follow(item: Item) -> Outcome | None:
    """What became of the row's invitation; None while that is not known."""
    mine = Invitation.objects.filter(user=item.operation.requested_by_id)
    act = mine.filter(token=item.token).first() or mine.filter(reference=item.act_reference or "-").first()
    if act is None:
        return Outcome("not_done", _("It was not begun."))
    found = outcome_of(act)
    return None if found.state == "unknown" else found


def held(operation: Operation) -> str:
    """Why nobody may be invited now."""
    switch = off_for(INVITE, operation.store) if operation.store else None
    return off_words(switch) if switch else ""


def outcome_of(act: Invitation) -> Outcome:
    """An invitation of one person as the outcome of its row."""
    friend = act.invitees.get()
    output = {"number": act.number}
    if friend.state == Invitee.State.INVITED:
        return Outcome("done", "", "", act.reference, output)
    if friend.state == Invitee.State.REFUSED or act.state == Invitation.State.NOT_DONE:
        words = friend.message or act.message or _("%(number)s was not done.") % {"number": act.number}
        return Outcome("not_done", words, friend.code or act.code, act.reference, output)
    words = _("Whether this person was invited is not known yet.")
    return Outcome("unknown", words, "", act.reference, output)


def _campaign(told: str) -> str:
    """The token of a campaign named by its token or title. Raises BadInput (campaign)"""
    offered = {
        name.casefold(): one.token for one in Campaign.objects.offered() for name in (one.title, one.token)
    }
    token = offered.get(told.casefold(), told)
    campaign_title(token)
    return token


def _first_campaign() -> str:
    return next(iter(_titles()), "")


def _titles() -> list[str]:
    return list(Campaign.objects.offered().values_list("title", flat=True))


def _digests(whose: Whose) -> list[str]:
    return whose.person.digests if whose.person else []


def _checked_together(
    actor: Actor, customer_id: int, campaign: str, rows: Sequence[FileRow]
) -> list[list[Problem]]:
    """Friends of one customer: also against each other."""
    try:
        facts = facts_for(actor=actor, customer_id=customer_id, campaign=campaign, fresh=False)
        friends = [Row(row.values["friend_name"], row.values["friend"]) for row in rows]
        checks = check_rows(actor=actor, rows=friends, facts=facts)
    except ConsoleError as error:
        if passes(error):
            raise
        return [[Problem("customer_id", error.message, error.code)] for _row in rows]
    return [[] if one.ok else [Problem(FIELDS.get(one.field, "friend"), _words(one))] for one in checks]


def _words(check: RowCheck) -> str:
    """Rows were counted among those of the customer, which are not those of the file."""
    if check.why == "twice":
        return _("An earlier row invites this person in the same customer's name.")
    return check.message


def _checked(row: FileRow, whose: Whose, problems: list[Problem], *, own: bool, store_code: str) -> Checked:
    assert whose.person is not None  # noqa: S101  (only those that were found are grouped)
    if own:
        problems = [*problems, Problem("", _("This customer has your own mobile or e-mail."))]
    person = whose.person
    contact = read_contact(row.values["friend"])
    return Checked(
        (*whose.problems, *problems),
        customer_id=person.customer_id,
        mask=mask_of(person),
        store_code=store_code,
        values=row.values,
        meaning=(str(person.customer_id), row.values["campaign"], contact.digest),
    )


INVITES = register(
    Kind(
        "bulk_invites",
        gettext_lazy("Invitations in the name of many customers"),
        "staff.run_operations",
        run=run,
        columns=(
            *WHO,
            Column(
                "friend",
                gettext_lazy("Friend's mobile or e-mail"),
                required=True,
                aliases=("friend", "friend contact", "friend mobile", "friend email", "invitee"),
                example="mira.sen@example.com",
            ),
            Column("friend_name", gettext_lazy("Friend's name"), aliases=("name",), example="Mira Sen"),
            Column(
                "campaign",
                gettext_lazy("Campaign"),
                aliases=("campaign token",),
                example=lazy(_first_campaign, str)(),
                help=one_of(_titles),
            ),
        ),
        read_row=read_row,
        check=check,
        take=take,
        anew=anew,
        follow=follow,
        held=held,
        help=gettext_lazy("One friend a row, invited in the customer's name."),
        icon="user-plus",
        outputs=(("number", gettext_lazy("Invitation")),),
    )
)
