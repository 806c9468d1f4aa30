"""What a reader of the trail asked for, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """Every part narrows the list; an empty part does not.

    actors      user ids, or None for everybody; `actor_name` is an exact name, for the system and people gone
    actions     (names wanted, names not wanted); likewise `stores` with store codes
    customers   internal customer ids; with `digests` the entries about any of these identifiers come too
    start, end  aware times, start included, end not
    subject     what the entry is about, exactly: ``GR-10418``
    text        what a request, a reply or an act said
    calls       every entry; without it acts and refusals, with their calls folded in
    """

    actors: tuple[int, ...] | None = None
    actor_name: str = ""
    actions: tuple[frozenset[str], frozenset[str]] = field(default=(frozenset(), frozenset()))
    stores: tuple[frozenset[str], frozenset[str]] = field(default=(frozenset(), frozenset()))
    customers: tuple[str, ...] = ()
    digests: tuple[bytes, ...] = ()
    outcome: str = ""
    channel: str = ""
    reference: str = ""
    subject: str = ""
    code: str = ""
    text: str = ""
    start: datetime | None = None
    end: datetime | None = None
    calls: bool = False

    @property
    def is_particular(self) -> bool:
        """True when somebody or something is asked for, so that what the system only read belongs there too."""
        named = self.actors is not None or self.actor_name or self.actions[0] or self.reference
        about = self.subject or self.customers or self.digests or self.text
        return bool(named or about or self.outcome or self.channel)
