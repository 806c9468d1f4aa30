"""The token an OAuth connection works with."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer of access: never shown, never recorded. `lives_seconds` counts from the moment it was made."""

    value: str = field(repr=False)
    lives_seconds: int
