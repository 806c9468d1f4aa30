"""Known by: the identifiers of each source and account, cards and consents."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from apps.capillary.types_customer import Card, Customer, Subscription
from apps.customers.panels.identifiers import Known, identifiers_of
from apps.customers.panels.registry import Asked, Panel, Values, register_panel
from apps.customers.panels.words import tidy_word
from apps.customers.source_words import source_words


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One source and account with what the customer is known by there."""

    place: str
    name: str
    known: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """One card; the number is masked by the template."""

    card: Card
    status: str
    good: bool


def build_profiles(asked: Asked, values: Values) -> dict[str, Any]:
    """Profiles in the API's order, cards, and what the customer agreed to be told."""
    customer: Customer = values["customer"]
    known = list(identifiers_of(customer))
    profiles = [
        ProfileView(
            place=source_words(profile.source, profile.account_id),
            name=profile.name,
            known=tuple(
                one for one in known if (one.source, one.account) == (profile.source, profile.account_id)
            ),
        )
        for profile in customer.profiles
    ]
    cards = [
        CardView(card, tidy_word(card.label or card.status), card.status.upper() in {"ACTIVE", ""})
        for card in customer.cards
    ]
    return {"profiles": profiles, "cards": cards, "consents": _consents(customer.subscriptions)}


def _consents(subscriptions: tuple[Subscription, ...]) -> list[tuple[str, bool]]:
    """Channels of bulk messages with whether the customer takes them."""
    bulk = [one for one in subscriptions if one.priority.upper() == "BULK"]
    return [
        (tidy_word(one.channel) if len(one.channel) > 3 else one.channel, one.type.upper() == "OPTIN")
        for one in bulk
    ]


PROFILES = register_panel(
    Panel(
        name="profiles",
        title=gettext_lazy("Known by"),
        source="v2",
        template="customers/panels/profiles.html",
        build=build_profiles,
        needs=("customer",),
        aside=True,
    )
)
