"""Where customers can be looked for: the sources and accounts of the connection, and which comes first."""

from dataclasses import dataclass

from django.conf import settings

from apps.capillary.config import Source, parse_sources
from apps.customers.kinds import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """One source, or one account of a source that has several."""

    source: str
    account: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.account}".rstrip()


def sources() -> tuple[Source, ...]:
    """The sources of the connection, the default one first."""
    first = default_source()
    found = parse_sources(str(settings.CAPILLARY["sources"]))
    return tuple(sorted(found, key=lambda source: source.name != first))


def default_source() -> str:
    """The source that is looked in first."""
    return str(settings.CAPILLARY["default_source"])


def all_places() -> tuple[Place, ...]:
    """Every source and account, the default one first."""
    return tuple(
        Place(source.name, account) for source in sources() for account in source.account_ids or ("",)
    )


def home_of(kind: Kind) -> tuple[Place, ...]:
    """Where an identifier of this kind is looked for first: the default source, or the only one that has it."""
    wanted = kind.own_source or default_source()
    return tuple(place for place in all_places() if place.source == wanted)


def chosen(source: str, account: str) -> tuple[Place, ...]:
    """The places a person chose; an account alone is enough, because it belongs to one source."""
    return tuple(
        place
        for place in all_places()
        if (not source or place.source == source) and (not account or place.account == account)
    )
