"""Tier and status: what led to the tier, what comes next, and how the account's status changed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.capillary.types_activity import CustomerRecord, TierChange
from apps.customers.panels.programme_names import names_from
from apps.customers.panels.registry import Asked, Panel, Values, register_panel
from apps.customers.panels.words import last_day, tidy_word

PROGRAMME = ("program_name", "programName", "program", "program_id", "programId")


def build_tier(asked: Asked, values: Values) -> dict[str, Any]:
    """Tier history, next tier, status log and fraud details: what v1.1 adds to v2."""
    record: CustomerRecord | None = values.get("record")
    if record is not None and record.customer_id != str(asked.customer_id):
        record = None
    names = names_from(values.get("programmes"))
    return {
        "record": record,
        "history": [(change, _programme(change, names)) for change in record.tier_history[:6]]
        if record
        else (),
        "gaps": [gap for gap in record.gaps if gap.gap is not None] if record else (),
        "statuses": (values.get("status_log") or ())[:6],
        "tier": tidy_word(record.tier) if record else "",
        "tier_until": last_day(record.tier_expires_at) if record else None,
        "next_tier": tidy_word(record.next_tier) if record else "",
    }


def _programme(change: TierChange, names: Mapping[str, str]) -> str:
    """The programme a change was in; no sample shows how an answer spells it."""
    told = next((change.raw[key] for key in PROGRAMME if change.raw.get(key)), "")
    if not str(told).isdecimal():
        return str(told)
    return names.get(str(told)) or _("programme %(id)s") % {"id": told}


TIER = register_panel(
    Panel(
        name="tier",
        title=gettext_lazy("Tier and status"),
        source="v1.1",
        template="customers/panels/tier.html",
        build=build_tier,
        needs=("record", "status_log"),
        wants=("programmes",),
        aside=True,
    )
)
