"""Troubles that can be ordered: which request they hit, how often, and what goes wrong."""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from itertools import count as counting
from threading import Lock
from typing import Any

KINDS = ("latency", "status", "drop_before", "drop_after", "drip", "nonsense")


class BadFault(ValueError):
    """The order cannot be understood; the message says which part."""


@dataclass
class Fault:
    """One trouble. count is how many more requests it hits (None: all); path is a glob without query."""

    kind: str
    path: str = "*"
    method: str = "*"
    count: int | None = None
    probability: float = 1.0
    latency_ms: int = 0
    status: int = 503
    retry_after: str = ""
    body: str = ""
    drip_ms: int = 200
    id: int = field(default=0)

    def as_json(self) -> dict[str, Any]:
        """The fault as the control API shows it."""
        return asdict(self)


class FaultBook:
    """All ordered faults; safe for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: list[Fault] = []
        self._ids = counting(1)
        # A fixed seed: a test that orders a probability sees the same sequence every time.
        self._random = random.Random(4711)  # noqa: S311

    def add(self, values: Mapping[str, Any]) -> Fault:
        """Order a fault. Raises BadFault."""
        fault = read_fault(values)
        with self._lock:
            fault.id = next(self._ids)
            self._faults.append(fault)
        return fault

    def remove(self, fault_id: int | None = None) -> None:
        """Forget one fault, or all."""
        with self._lock:
            self._faults = [fault for fault in self._faults if fault_id is not None and fault.id != fault_id]

    def all(self) -> list[Fault]:
        """The faults that still wait for requests."""
        with self._lock:
            return list(self._faults)

    def take(self, method: str, path: str) -> list[Fault]:
        """The faults that hit this request; each one counted down."""
        with self._lock:
            hit = [fault for fault in self._faults if self._hits(fault, method, path)]
            for fault in hit:
                if fault.count is not None:
                    fault.count -= 1
            self._faults = [fault for fault in self._faults if fault.count is None or fault.count > 0]
            return hit

    def _hits(self, fault: Fault, method: str, path: str) -> bool:
        return (
            fault.method in ("*", method)
            and fnmatchcase(path, fault.path)
            and (fault.probability >= 1 or self._random.random() < fault.probability)
        )


book = FaultBook()

_NUMBERS: dict[str, type[int] | type[float]] = {
    "count": int,
    "probability": float,
    "latency_ms": int,
    "status": int,
    "drip_ms": int,
}


def read_fault(values: Mapping[str, Any]) -> Fault:
    """A fault from JSON, a form or header parts; a number as kind means that status. Raises BadFault."""
    known = {name: value for name, value in values.items() if value not in ("", None)}
    kind = str(
        known.pop("fault", "") or known.pop("kind", "") or ("latency" if "latency_ms" in known else "status")
    )
    if kind.isdigit():
        known["status"], kind = kind, "status"
    if kind not in KINDS:
        raise BadFault(f"{kind} is not a kind of fault; one of {', '.join(KINDS)}")
    unknown = set(known) - set(Fault.__dataclass_fields__) - {"id"}
    if unknown:
        raise BadFault(f"unknown: {', '.join(sorted(unknown))}")
    known.pop("id", None)
    read: dict[str, Any] = {name: _read(name, value) for name, value in known.items()}
    read["method"] = str(read.get("method", "*")).upper()
    if not 100 <= int(read.get("status", 503)) <= 599:
        raise BadFault("status is an HTTP status from 100 to 599")
    return Fault(kind=kind, **read)


def _read(name: str, value: Any) -> Any:
    if name not in _NUMBERS:
        return str(value)
    try:
        number = _NUMBERS[name](value)
    except (TypeError, ValueError) as error:
        raise BadFault(f"{name} is a number") from error
    if number < 0:
        raise BadFault(f"{name} is not below zero")
    return number
