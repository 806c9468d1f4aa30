"""Who the organisation is at the outside, as far as a connection can ask."""

from dataclasses import dataclass, field

from apps.capillary.types_common import Raw, no_raw


@dataclass(frozen=True, slots=True)
class Organisation:
    """Its name, currency and time zone as the outside writes them; "" for what is not told."""

    id: str
    name: str
    currency: str
    timezone: str
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Programme:
    """A loyalty programme; one of them is the default."""

    id: str
    name: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class TillDetails:
    """A till as the outside knows it. `is_active` is None when the answer does not say."""

    id: str
    code: str
    name: str
    is_active: bool | None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the organisation. `is_on` is None for a value that is neither yes nor no."""

    name: str
    value: str
    is_on: bool | None
