"""Reads a customer's referrals from outside: both versions where both are there, one page of people at a time."""

from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import Conflict
from apps.referrals import sightings
from apps.referrals.asking import Told, ask, titles
from apps.referrals.contacts import digest_of
from apps.referrals.joining import join
from apps.referrals.matching import Guest, Matched, match
from apps.referrals.models import Invitation, Invitee
from apps.referrals.story import PAGE, Asked, Code, Line, Story
from apps.referrals.telling_lines import Entry, entries_of, line_of, totals_of
from apps.staff.connection import client_for
from apps.staff.models import Store


def read_referrals(*, actor: Actor, customer_id: int, asked: Asked | None = None) -> Story:
    """The customer's codes, invited people with their stages, and totals. No name or identifier is kept in clear.

    What one version cannot tell is left out and said in `notes`.
    Raises: Conflict for a merged customer; CapillaryError when nothing could be read (RateLimited says when again)
    """
    asked, campaigns = asked or Asked(), titles()
    told = ask(client_for(actor), customer_id, campaigns)
    _check_theirs(told, customer_id)
    matched = [match(one) for one in join(told.rows)]
    sightings.keep(customer_id, matched)
    return story_of(customer_id, told, matched, asked, campaigns)


def story_of(
    customer_id: int, told: Told, matched: Sequence[Matched], asked: Asked, campaigns: Mapping[str, str]
) -> Story:
    """The story of what was told. Four queries, however many people there are."""
    entries = entries_of(matched, asked)
    pages = max(1, -(-len(entries) // PAGE))
    page = min(max(asked.page, 1), pages)
    tokens = [row.campaign_token for row in told.rows]
    return Story(
        codes=tuple(_codes(matched, campaigns)),
        places=_places(matched),
        lines=_lines(customer_id, entries[(page - 1) * PAGE : page * PAGE]),
        totals=totals_of(entries, matched, asked),
        count=len(entries),
        page=page,
        pages=pages,
        notes=told.notes,
        open=tuple(Invitation.objects.of_customer(customer_id).unsettled().select_related("store")),
        names_told=any(guest.name for one in matched for guest in one.guests),
        campaigns_told=any(tokens),
        asked=asked,
    )


def _check_theirs(told: Told, customer_id: int) -> None:
    """Where a merged account is answered with its survivor, the people are the survivor's."""
    other = next((row.customer_id for row in told.rows if row.customer_id not in ("", str(customer_id))), "")
    if other:
        raise Conflict(
            _("This customer was merged into %(survivor)s.") % {"survivor": other},
            next_step=_("Open that customer and look there."),
        )


def _codes(matched: Sequence[Matched], campaigns: Mapping[str, str]) -> list[Code]:
    rows = [one.campaign for one in matched]
    return [Code(row.key, row.code, row.token, campaigns.get(row.token, row.token)) for row in rows]


def _places(matched: Sequence[Matched]) -> tuple[tuple[str, str], ...]:
    """The tills people were invited from, named by our store where it is one of ours."""
    told = {
        guest.till.code or guest.till.name: str(guest.till)
        for one in matched
        for guest in one.guests
        if guest.till
    }
    told.pop("", None)
    ours = Store.objects.filter(~Q(till_code=""), till_code__in=list(told))
    told.update(dict(ours.values_list("till_code", "name")))
    return tuple(sorted(told.items(), key=lambda place: place[1].casefold()))


def _lines(customer_id: int, entries: Sequence[Entry]) -> tuple[Line, ...]:
    """With the invitations of ours and, where the outside tells no name, the name typed here."""
    digests = {
        digest_of(entry.guest.kind, form): number
        for number, entry in enumerate(entries)
        if entry.guest
        for form in entry.guest.forms
    }
    ours: dict[int, Invitee] = {}
    sent = Invitee.objects.filter(customer_id=customer_id, state=Invitee.State.INVITED)
    for row in sent.filter(digest__in=list(digests)).order_by("id"):
        ours[digests[row.digest]] = row
    return tuple(_line(entry, ours.get(number)) for number, entry in enumerate(entries))


def _line(entry: Entry, sent: Invitee | None) -> Line:
    if sent is None:
        return line_of(entry)
    return line_of(entry, sent.invitation_id, "" if _has_name(entry.guest) else sent.name)


def _has_name(guest: Guest | None) -> bool:
    return guest is not None and bool(guest.name)
