"""What a customer is known by: every identifier of every source, and which of them people ask for first."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.capillary.types_customer import Customer, Identifier, Profile
from apps.customers.kinds import kind_of, label_of, mask_of
from apps.customers.panels.words import tidy_word
from apps.customers.source_words import source_words

IN_HEAD = ("mobile", "email", "card", "external_id")
HANDLES = ("mobile", "external_id", "email", "card")
CARDS = {"card", "card_external_id"}


@dataclass(frozen=True, slots=True)
class Known:
    """One identifier in one source. `key` names it in addresses without telling it; value is the full one.

    ended  what became of a card that is not active any more ("Lost"), otherwise empty
    """

    key: str
    kind: str
    label: str
    masks_as: str
    value: str
    source: str
    account: str
    ended: str = ""

    @property
    def dom(self) -> str:
        """The key as part of an element's id."""
        return self.key.replace(".", "-")

    @property
    def place(self) -> str:
        """Source and account in words."""
        return source_words(self.source, self.account)


@dataclass(frozen=True, slots=True)
class Shown:
    """One identifier as the head shows it: once, with all places that have it."""

    known: Known
    places: tuple[str, ...]


def identifiers_of(customer: Customer) -> Iterator[Known]:
    """Every identifier of every profile, each once per source and account, in the API's order."""
    for profile in customer.profiles:
        seen: dict[str, int] = {}
        for identifier in _each(profile):
            kind = kind_of(identifier.type)
            code = kind.code if kind else "".join(letter for letter in identifier.type if letter.isalnum())
            seen[code] = seen.get(code, 0) + 1
            account = "".join(
                letter if letter.isalnum() or letter in "-_" else "_" for letter in profile.account_id
            )
            yield Known(
                key=f"{profile.source}.{account}.{code}.{seen[code]}",
                kind=code,
                label=label_of(identifier.type),
                masks_as=mask_of(identifier.type),
                value=identifier.value,
                source=profile.source,
                account=profile.account_id,
                ended=_ended(customer, code, identifier),
            )


def _each(profile: Profile) -> Iterator[Identifier]:
    """`identifiers` and `identifiersAll` may share nothing, everything or a part."""
    seen: set[tuple[str, str]] = set()
    for identifier in (*profile.identifiers, *profile.identifiers_all):
        kind = kind_of(identifier.type)
        mark = (kind.code if kind else identifier.type, identifier.value.casefold())
        if identifier.value and mark not in seen:
            seen.add(mark)
            yield identifier


def _ended(customer: Customer, code: str, identifier: Identifier) -> str:
    """A card's own row knows more than the identifier: the organisation's word, such as lost."""
    if code not in CARDS:
        return ""
    value = identifier.value.casefold()
    card = next(
        (one for one in customer.cards if value in {one.number.casefold(), one.external_id.casefold()}), None
    )
    status, words = (card.status, card.label or card.status) if card else (identifier.status,) * 2
    return "" if status.upper() in {"ACTIVE", ""} else tidy_word(words)


def handle_of(customer: Customer) -> str:
    """What the v1.1 record can be asked by: "mobile=…", empty when the customer has nothing of the kind."""
    known = list(identifiers_of(customer))
    for code in HANDLES:
        for one in known:
            if one.kind == code and "," not in one.value:
                return f"{_record_name(code)}={one.value}"
    return ""


def tail_of(customer: Customer) -> str:
    """The last signs of the mobile (or the card), as the side bar shows them."""
    for code in ("mobile", "card"):
        for one in identifiers_of(customer):
            if one.kind == code and not one.ended and len(one.value) >= 9:
                return f"••{one.value[-4:]}"
    return ""


def _shown(customer: Customer) -> Iterator[Shown]:
    grouped: dict[tuple[str, str], list[Known]] = {}
    for known in identifiers_of(customer):
        grouped.setdefault((known.kind, known.value.casefold()), []).append(known)
    for same in grouped.values():
        yield Shown(same[0], tuple(dict.fromkeys(one.place for one in same)))


def first_and_more(customer: Customer) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    """One mobile, e-mail, active card and external id for the head, which has to stay low; the rest apart."""
    shown = sorted(_shown(customer), key=lambda one: bool(one.known.ended))
    first = [next((one for one in shown if one.known.kind == kind), None) for kind in IN_HEAD]
    picked = tuple(one for one in first if one is not None) or tuple(shown[:2])
    return picked, tuple(one for one in shown if one not in picked)


def _record_name(code: str) -> str:
    return {"card": "card_number"}.get(code, code)
