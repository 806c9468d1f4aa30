"""Joins what both versions tell of one customer: the same code is the same campaign."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from apps.capillary.types_activity import Incentive, Invitee, Referee, Referrals
from apps.referrals.contacts import EMAIL, MOBILE, forms_of


@dataclass(frozen=True)
class Joined:
    """One campaign of the customer as far as it is told. key names it in addresses."""

    key: str
    code: str
    token: str
    invitees: tuple[Invitee, ...]
    referees: tuple[Referee, ...]
    incentives: tuple[Incentive, ...]


def join(told: Iterable[Referrals]) -> list[Joined]:
    """One row for each campaign, in the order told. Rows without a code stay by themselves."""
    groups: dict[str, list[Referrals]] = {}
    for number, row in enumerate(told):
        groups.setdefault(row.code or f"\0{row.campaign_token or number}", []).append(row)
    return [_joined(rows, number) for number, rows in enumerate(groups.values(), start=1)]


def kind_of(invitee: Invitee) -> str:
    """mobile or email."""
    return EMAIL if invitee.channel == "EMAIL" else MOBILE


def invited_forms(invitee: Invitee) -> frozenset[str]:
    """Every full form of the identifier; none where it is not told."""
    return forms_of(kind_of(invitee), invitee.identifier)


def is_told(referee: Referee) -> bool:
    """Whether anything says who this is."""
    return bool(referee.customer_id or referee.mobile or referee.email or referee.external_id)


def _joined(rows: Sequence[Referrals], number: int) -> Joined:
    """The lists of whoever tells most: both tell the same people, one of them perhaps without names or ids."""
    first = rows[0]
    token = next((row.campaign_token for row in rows if row.campaign_token), "")
    return Joined(
        key=token or str(number),
        code=first.code,
        token=token,
        invitees=_invitees([row.invitees for row in rows]),
        referees=max((row.referees for row in rows), key=_told_of_referees),
        incentives=max((row.incentives for row in rows), key=_told_of_incentives),
    )


def _invitees(lists: Sequence[tuple[Invitee, ...]]) -> tuple[Invitee, ...]:
    longest = max(lists, key=lambda rows: (len(rows), sum(bool(row.name) for row in rows)))
    others = [row for rows in lists if rows is not longest for row in rows if row.name]
    if not others or all(row.name for row in longest):
        return longest
    names = {form: row.name for row in others for form in invited_forms(row)}
    return tuple(row if row.name else _named(row, names) for row in longest)


def _named(invitee: Invitee, names: dict[str, str]) -> Invitee:
    found = next((names[form] for form in invited_forms(invitee) if form in names), "")
    return replace(invitee, name=found) if found else invitee


def _told_of_referees(rows: tuple[Referee, ...]) -> tuple[int, int, int]:
    return (sum(map(is_told, rows)), len(rows), sum(bool(row.customer_id) for row in rows))


def _told_of_incentives(rows: tuple[Incentive, ...]) -> tuple[int, int]:
    return (sum(bool(row.for_customer_id or row.for_mobile or row.for_email) for row in rows), len(rows))
