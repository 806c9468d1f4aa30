"""The referral campaigns of the invented organisation, and the codes of customers in them."""

from dataclasses import dataclass

from apps.sandbox.api.errors import Refusal
from apps.sandbox.models import Customer, ReferralCode


@dataclass(frozen=True)
class Campaign:
    """A campaign by its token; the series are the coupons both sides get. sound: whether it is set up rightly."""

    token: str
    name: str
    referrer_series: int = 4102
    referee_series: int = 4104
    sound: bool = True


CAMPAIGNS: tuple[Campaign, ...] = (
    Campaign("MAPLEFRIENDS", "Bring a friend to Maple & Thread"),
    Campaign("THREADCIRCLE", "Thread Circle brings its circle", referrer_series=4101),
    Campaign("OLDFRIENDS", "A campaign nobody finished setting up", sound=False),
)
CAMPAIGN_BY_TOKEN = {campaign.token: campaign for campaign in CAMPAIGNS}
DEFAULT_CAMPAIGN = CAMPAIGNS[0]
# Without a token, or with -1, the default campaign is meant.
_DEFAULTS = ("", "-1")


def campaign_named(token: str) -> Campaign:
    """The campaign of a token as sent. Raises Refusal 1202 (unknown), 1203 (set up wrongly)."""
    campaign = DEFAULT_CAMPAIGN if token in _DEFAULTS else CAMPAIGN_BY_TOKEN.get(token)
    if campaign is None:
        raise Refusal(1202)
    if not campaign.sound:
        raise Refusal(1203)
    return campaign


def code_in(customer: Customer, campaign: Campaign) -> str:
    """The customer's code in the campaign. Raises Refusal 1205 for somebody who is not in it."""
    code = codes_of(customer).get(campaign.token, "")
    if not code:
        raise Refusal(1205)
    return code


def codes_of(customer: Customer) -> dict[str, str]:
    """All codes of a customer by campaign token, the default campaign first."""
    own = {DEFAULT_CAMPAIGN.token: customer.referral_code} if customer.referral_code else {}
    return {**own, **dict(customer.referral_codes.order_by("id").values_list("campaign_token", "code"))}


def referrer_of(code: str) -> Customer | None:
    """Whose code it is; codes are compared sign by sign."""
    row = ReferralCode.objects.filter(code=code).select_related("customer__merged_into").first()
    if row is not None:
        return row.customer
    return (
        Customer.objects.filter(referral_code=code)
        .exclude(referral_code="")
        .select_related("merged_into")
        .first()
    )
