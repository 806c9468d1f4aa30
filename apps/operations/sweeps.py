"""The sweeps: work that is looked for in the rows again and again, so that no lost message matters."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

# Longer than a task may live where the pool has a hard limit (90 s). The thread pool of the embedded worker has
# none: there a run that outlives its lease may meet a second one, which every sweep must bear anyway.
LEASE_SECONDS = 120.0


@dataclass(frozen=True)
class Sweep:
    """Work that may run at any time, twice or never, without harm.

    run            does what the rows ask for; returns how many rows it handled
    every_seconds  how often it is looked for
    lease_seconds  after this long a run counts as dead, and another may begin
    """

    name: str
    run: Callable[[], int]
    every_seconds: float
    lease_seconds: float = LEASE_SECONDS


_sweeps: dict[str, Sweep] = {}


def register(
    name: str, run: Callable[[], int], *, every_seconds: float, lease_seconds: float = LEASE_SECONDS
) -> Sweep:
    """Add a sweep; rooms do so in their ``sweeps.py``. ValueError when the name is taken by another."""
    sweep = Sweep(name, run, every_seconds, lease_seconds)
    if _sweeps.setdefault(name, sweep) != sweep:
        raise ValueError(f"There is a sweep named {name!r} already.")
    return sweep


def named(name: str) -> Sweep:
    """The sweep of this name; LookupError names the unknown one."""
    try:
        return _sweeps[name]
    except KeyError:
        raise LookupError(f"There is no sweep named {name!r}.") from None


def registered() -> list[Sweep]:
    """All sweeps, by name."""
    return [_sweeps[name] for name in sorted(_sweeps)]


def autodiscover() -> None:
    """Import every room's ``sweeps.py``, and our own housekeeping."""
    autodiscover_modules("sweeps")
    autodiscover_modules("housekeeping")
