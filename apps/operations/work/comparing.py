"""Comparing our acts of a time with the outside, a customer a row: the period, and what a row comes to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import reader
from apps.core.errors import BadInput
from apps.core.masking import mask
from apps.operations.models import Item, Operation
from apps.operations.work.kinds import Column, Outcome, Row

LONGEST = timedelta(days=366)
ASKS = (
    Column("from", gettext_lazy("From day"), required=True, example="2026-11-01"),
    Column("until", gettext_lazy("To day"), example="2026-11-23", help=gettext_lazy("Empty for today.")),
)
OUTPUTS = (
    ("customer", gettext_lazy("Customer")),
    ("agree", gettext_lazy("Agree")),
    ("missing_there", gettext_lazy("Missing there")),
    ("missing_here", gettext_lazy("Missing here")),
    ("differ", gettext_lazy("Differ")),
)


@dataclass
class Comparison:
    """Numbers of acts by what came of them; `differ` also says how. Those missing here were made elsewhere."""

    agree: list[str] = field(default_factory=list)
    missing_there: list[str] = field(default_factory=list)
    missing_here: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)

    def outcome(self, customer_id: int) -> Outcome:
        """Done when nothing of ours is missing or different there; what was made elsewhere is no fault."""
        parts = ((_("missing there"), self.missing_there), (_("differs"), self.differ))
        words = "; ".join(f"{what}: {', '.join(found)}" for what, found in parts if found)
        output = {
            "customer": str(customer_id),
            "agree": ", ".join(self.agree),
            "missing_there": ", ".join(self.missing_there),
            "missing_here": ", ".join(self.missing_here),
            "differ": ", ".join(self.differ),
        }
        return Outcome("not_done" if words else "done", words, output=output)


def period(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a period, its end kept to the second, so that the plan is the same whenever it is made.

    Its days are those of whoever asks: where these are not the console's own, their time zone is kept with them.
    Raises: BadInput (from, until)
    """
    begins = _day(given.get("from"), "from")
    today, zone = reader.today(), reader.zone()
    ends = _day(given.get("until") or today.isoformat(), "until")
    if begins > today:
        raise BadInput(_("This day has not come yet."), field="from")
    if ends < begins:
        raise BadInput(_("The period ends before it begins."), field="until")
    if ends > today:
        raise BadInput(_("This day has not come yet."), field="until")
    if ends - begins > LONGEST:
        raise BadInput(_("A period is at most a year long."), field="from")
    until = min(_midnight(ends + timedelta(days=1), zone), timezone.now())
    kept = {"from": begins.isoformat(), "until": ends.isoformat(), "ends_at": until.isoformat()}
    return kept | {"zone": str(zone)} if reader.is_elsewhere() else kept


def bounds(operation: Operation) -> tuple[datetime, datetime]:
    """From when, until before when."""
    return bounds_of(operation.parameters)


def bounds_of(parameters: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """The same of parameters as `period` gave them."""
    zone = ZoneInfo(parameters["zone"]) if "zone" in parameters else timezone.get_current_timezone()
    begins = _midnight(date.fromisoformat(parameters["from"]), zone)
    return begins, datetime.fromisoformat(parameters["ends_at"])


def plan_of(customers: QuerySet[Any, int | None]) -> Iterator[Row]:
    """A row for each customer, by id. customers: their ids, each once."""
    for customer_id in customers.order_by("customer_id").iterator(chunk_size=2000):
        if customer_id is not None:
            yield Row({"customer_id": customer_id, "mask": mask("id", customer_id)})


def customer_of(item: Item) -> int:
    """Whose row it is."""
    return int(item.values["customer_id"])


def _day(text: object, name: str) -> date:
    try:
        return date.fromisoformat(str(text or "").strip())
    except ValueError:
        raise BadInput(_("Write a day such as 2026-11-23."), field=name) from None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
