"""What a verification found wrong: which entry, where, and what, in words."""

from dataclasses import asdict, dataclass
from typing import Any

# More than this tells nobody more: everything behind it is counted only.
MOST = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `entry` is an entry's id, `index` a place in the log; None where there is none."""

    what: str
    entry: int | None = None
    index: int | None = None

    @property
    def as_json(self) -> dict[str, Any]:
        """As a verification keeps it."""
        return asdict(self)

    def __str__(self) -> str:
        names = [f"entry #{self.entry}"] if self.entry is not None else []
        # As the pages count, and the program that checks an export: from one.
        names += [f"place {self.index + 1}"] if self.index is not None else []
        return f"{', '.join(names)}: {self.what}" if names else self.what
