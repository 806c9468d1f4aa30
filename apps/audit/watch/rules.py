"""The table of rules: each is registered by name, with its words, what it judges and how."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.functional import Promise

from apps.audit.watch.acts import Act
from apps.audit.watch.stretches import Source, Stretch

Counts = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What a rule found in a stretch.

    acts    the evidence, oldest first
    counts  what was counted and the limit it is beyond, in plain values
    part    tells two findings of one rule in one stretch apart
    """

    acts: Sequence[Act]
    counts: Counts
    part: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule.

    name    lower case; it stands in the mark of its items
    title   two or three words for filters and headings
    what    a sentence for people who ask what this rule looks for
    source  what it judges: a person's day, a person's week, an account's wrong sign-ins
    judge   findings in a stretch; evidence only from what is fresh in it
    words   an item's counts as a sentence; it begins with the name of whom it is about
    """

    name: str
    title: Promise
    what: Promise
    source: Source
    judge: Callable[[Stretch], Iterable[Finding]]
    words: Callable[[str, Counts], str]
    limits: tuple[str, ...] = field(default=())

    @property
    def is_on(self) -> bool:
        """False when every limit of it is nought or empty."""
        return any(limit(name) for name in self.limits)


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> Rule:
    """Make a rule known. Raises ValueError when another one has this name."""
    if _rules.setdefault(rule.name, rule) != rule:
        raise ValueError(f"The rule {rule.name!r} is registered twice, differently.")
    return rule


def all_rules() -> list[Rule]:
    """Every rule, in the order in which they were registered."""
    return list(_rules.values())


def rule_named(name: str) -> Rule | None:
    """The rule of this name, or None when there is none (any more)."""
    return _rules.get(name)


def found_in_words(name: str, about: str, counts: Mapping[str, Any]) -> str:
    """What a rule found as a sentence; shorter where the rule is gone, or counts something else by now."""
    rule = rule_named(name)
    if rule is None:
        return f"{name}: {about}."
    try:
        return rule.words(about, counts)
    except (KeyError, TypeError, ValueError):
        return f"{rule.title}: {about}."


def limit(name: str) -> Any:
    """A setting of the watch: ``limit("reveals_a_day")`` is CONSOLE_WATCH_REVEALS_A_DAY; nought switches off."""
    return settings.CONSOLE_WATCH[name]
