"""Referrals: the customer's code, whom they invited, and who came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.capillary.types_activity import Invitee, Referee, Referrals
from apps.customers.panels.registry import Asked, Panel, Values, register_panel
from apps.customers.typed import same


@dataclass(frozen=True, slots=True)
class Row:
    """One invited person; joined tells when they registered, bought when their first bill was."""

    name: str
    masks_as: str
    value: str
    invited_at: datetime | None
    where: str
    joined: bool
    bought: bool


def build_referrals(asked: Asked, values: Values) -> dict[str, Any]:
    """The codes with their people; somebody who came without an invitation is listed too."""
    found: Sequence[Referrals] = values["referrals"]
    codes = [one.code for one in found if one.code]
    rows = [row for one in found for row in _rows(one)]
    if not codes and not rows:
        return {
            "empty_title": _("No referrals yet."),
            "empty_text": _("The customer's code and the people they invite appear here."),
            "empty_icon": "user-plus",
            "count": 0,
        }
    joined = sum(row.joined for row in rows)
    return {
        "codes": codes,
        "rows": rows,
        "invited": len(rows),
        "joined": joined,
        "bought": sum(row.bought for row in rows),
        "count": len(rows),
        "summary": ngettext("%(count)s person, newest first.", "%(count)s people, newest first.", len(rows))
        % {"count": len(rows)},
    }


def _rows(one: Referrals) -> list[Row]:
    came = list(one.referees)
    rows = [_invited(invitee, came) for invitee in one.invitees]
    rows += [_came(referee) for referee in came if not any(_is(referee, each) for each in one.invitees)]
    return sorted(rows, key=lambda row: row.invited_at.timestamp() if row.invited_at else 0, reverse=True)


def _invited(invitee: Invitee, came: Sequence[Referee]) -> Row:
    events = {referee.event_type.upper() for referee in came if _is(referee, invitee)}
    return Row(
        name=invitee.name,
        masks_as="email" if invitee.type.upper() == "EMAIL" else "mobile",
        value=invitee.identifier,
        invited_at=invitee.invited_at,
        where=str(invitee.till or ""),
        joined=bool(events),
        bought="TRANSACTION" in events,
    )


def _came(referee: Referee) -> Row:
    value = referee.mobile or referee.email or referee.external_id
    return Row(
        name=" ".join(part for part in (referee.first_name, referee.last_name) if part),
        masks_as="mobile" if referee.mobile else "email" if referee.email else "external_id",
        value=value,
        invited_at=referee.added_at,
        where="",
        joined=True,
        bought=referee.event_type.upper() == "TRANSACTION",
    )


def _is(referee: Referee, invitee: Invitee) -> bool:
    return any(value and same(value, invitee.identifier) for value in (referee.mobile, referee.email))


REFERRALS = register_panel(
    Panel(
        name="referrals",
        title=gettext_lazy("Referrals"),
        source="v2",
        template="customers/panels/referrals.html",
        build=build_referrals,
        flush=True,
        needs=("referrals",),
    )
)
