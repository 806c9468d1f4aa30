"""What a hand-made customer is: a sketch with a key, and what there is to see."""

from dataclasses import dataclass
from typing import Any

from apps.sandbox.seeding.sketch import Sketch


@dataclass(frozen=True)
class Character:
    """A sketch with a key for tests, and what there is to see for people."""

    key: str
    see: str
    sketch: Sketch

    def as_json(self) -> dict[str, Any]:
        """Plain data for a terminal or a test."""
        sketch = self.sketch
        return {
            "key": self.key,
            "id": sketch.id,
            "label": " ".join(part for part in (sketch.first, sketch.last) if part),
            "see": self.see,
            "store": sketch.store_code,
            "merged_into": sketch.merged_into,
            "reference": sketch.reference,
            "identifiers": [
                {
                    "source": known.source,
                    "account_id": known.account_id,
                    "name": known.kind,
                    "value": known.value,
                }
                for known in sketch.identifiers()
            ],
        }
