"""What a customer can be asked for by: one identifier and the source and account that know it."""

from dataclasses import dataclass
from typing import Self

from apps.capillary.types_customer import Customer, Profile

NAMES = ("mobile", "externalId", "email", "cardnumber")
HOME = "INSTORE"


@dataclass(frozen=True, slots=True)
class Handle:
    """name as v2 spells it;  source and account are those of the profile: others do not know the value."""

    name: str = ""
    value: str = ""
    source: str = HOME
    account_id: str = ""

    def __bool__(self) -> bool:
        return bool(self.name and self.value)

    def __str__(self) -> str:
        """``mobile=…``, or ``mobile@WECHAT/first_account=…`` outside the stores; "" for none."""
        if not self:
            return ""
        place = "" if (self.source, self.account_id) == (HOME, "") else f"@{self.source}/{self.account_id}"
        return f"{self.name}{place}={self.value}"

    @classmethod
    def read(cls, text: str) -> Self:
        """What `str` wrote; no handle for anything else."""
        told, _equals, value = text.partition("=")
        name, _at, place = told.partition("@")
        source, _slash, account_id = place.partition("/")
        return cls(name, value, source or HOME, account_id)


def handle_of(answer: Customer) -> Handle:
    """The customer's best identifier: any of the stores' profile first, then those of other sources."""
    profiles = sorted(answer.profiles, key=lambda profile: profile.source != HOME)
    for profile in profiles:
        known = _known(profile)
        found = next((name for name in NAMES if known.get(name.casefold())), "")
        if found:
            return Handle(found, known[found.casefold()], profile.source or HOME, profile.account_id)
    return Handle()


def _known(profile: Profile) -> dict[str, str]:
    """The profile's identifiers by kind; the first of each."""
    known: dict[str, str] = {}
    for one in (*profile.identifiers, *profile.identifiers_all):
        known.setdefault(one.type.casefold(), one.value)
    return known
