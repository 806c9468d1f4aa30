"""What a check asks, one harmless read each; what breaks in the console without it, and what to do then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.capillary.calls import Call
from apps.capillary.resources import coupons, organisation, points, redemptions, referrals, requests
from apps.staff.outside.findings import OFF, ON, UNKNOWN, WRONG, Reading

# Nobody has it: asked for where any answer but a failure shows that the part is there.
NOBODY = "console-check-nobody"
# Too few or too many points, not enrolled, an account that may not: rules speak only where redeeming is on.
RULES = frozenset({"618", "686", *map(str, range(800, 816)), "819", "820", "821", "881", "3045"} - {"815"})
# Nobody of this organisation, as questions about points say it.
STRANGER = frozenset({"816"})
ASK_CAPILLARY = _("Ask Capillary to enable it for the organisation, then check again.")

Read = Callable[[Any], tuple[str, Any]]


@dataclass(frozen=True)
class Feature:
    """One question.

    call    makes it from the external id of the house's test customer ("" without one); None: cannot be asked so
    read    looks at the value of a good answer: (state, sentence)
    breaks  what does not work here while it is off;  step  what to do then
    """

    key: str
    label: str | Promise
    call: Callable[[str], Call[Any] | None]
    breaks: str | Promise
    step: str | Promise = ASK_CAPILLARY
    reading: Reading = field(default_factory=Reading)
    read: Read | None = None


def _programmes(value: Any) -> tuple[str, Any]:
    names = ", ".join(one.name or one.id for one in value)
    if not names:
        return WRONG, _("Capillary answered, and names no programme.")
    return ON, _("Capillary names: %(names)s.") % {"names": names}


def _organisation(value: Any) -> tuple[str, Any]:
    more = ", ".join(filter(None, (value.name, value.currency, value.timezone)))
    return ON, _("Capillary calls it: %(more)s.") % {"more": more}


def _reversal(value: Any) -> tuple[str, Any]:
    if value.is_on is None:
        return UNKNOWN, _("Capillary's setting for reversals is neither yes nor no.")
    if value.is_on:
        return ON, _("Capillary's setting for reversals is on.")
    return OFF, _("Capillary's setting for reversals is off.")


def _redeemable(customer: str, *, across: bool = False) -> Call[Any] | None:
    if not customer:
        return None
    return points.is_redeemable(points=Decimal(1), external_id=customer, group_redemption=across)


FEATURES: tuple[Feature, ...] = (
    Feature(
        "organisation",
        _("Organisation"),
        lambda _customer: organisation.profile(),
        _("Nothing: only this page asks for it."),
        read=_organisation,
    ),
    Feature(
        "programmes",
        _("Programmes"),
        lambda _customer: organisation.programmes(),
        _(
            "This page cannot say whether points can be redeemed across programmes, and a customer's page "
            "calls programmes by their numbers."
        ),
        read=_programmes,
    ),
    Feature(
        "goodwill",
        _("Goodwill requests"),
        lambda _customer: requests.listing(limit=1),
        _("Goodwill can be neither asked for nor decided, and requests of tills are not seen."),
        _("Switch Goodwill off under Off switches, so that people read why, and ask Capillary to enable it."),
    ),
    Feature(
        "coupons",
        _("Coupon series"),
        lambda _customer: coupons.series(),
        _("No coupon can be offered as goodwill."),
    ),
    Feature(
        "redeem",
        _("Redeeming points"),
        _redeemable,
        _("No points can be redeemed."),
        _(
            "Switch Redeeming points off under Off switches, so that people read why, and ask Capillary to enable it."
        ),
        Reading(off=frozenset({"827", "895"}), fine=RULES, nobody=UNKNOWN, stranger=STRANGER),
    ),
    Feature(
        "redemptions",
        _("Redemptions of a customer"),
        lambda customer: redemptions.history(external_id=customer or NOBODY, kind="POINTS"),
        _(
            "Redemptions are not shown and cannot be reversed; a redemption whose answer is missing is not settled."
        ),
        reading=Reading(stranger=STRANGER),
    ),
    Feature(
        "cross_programme",
        _("Redeeming across programmes"),
        lambda customer: _redeemable(customer, across=True),
        _("Points of several programmes cannot be redeemed together: each has to be redeemed by itself."),
        reading=Reading(off=frozenset({"826", "827", "895"}), fine=RULES, nobody=UNKNOWN, stranger=STRANGER),
    ),
    Feature(
        "reversal",
        _("Reversing redemptions"),
        lambda _customer: organisation.setting(),
        _("No redemption can be reversed: each try is refused with code 905."),
        _(
            "Switch Reversing redemptions off under Off switches, so that people read why, and ask Capillary to switch "
            "Allow_points_redemption_reversal on."
        ),
        read=_reversal,
    ),
    Feature(
        "referrals_v2",
        _("Referrals, version 2"),
        lambda _customer: referrals.check_code(code=NOBODY),
        _("Codes cannot be checked, and campaigns are read one by one."),
        _("Set CAPILLARY_REFERRALS to v1.1 where the organisation has that version only."),
    ),
    Feature(
        "referrals_v11",
        _("Referrals, version 1.1"),
        lambda customer: referrals.statistics(external_id=customer or NOBODY),
        _("Names of invited people are not read, and who was not invited is not told one by one."),
        _("Set CAPILLARY_REFERRALS to v2 where the organisation has that version only."),
        # The words of a campaign: only where referrals are on is there one to be wrong.
        Reading(fine=frozenset({"1202", "1203", "1204", "1205", "1206"})),
    ),
)
SOURCE = Feature(
    "source",
    _("Source"),
    lambda _customer: None,
    _("Customers of this source are not found, and all others more slowly."),
    _("Correct CAPILLARY_SOURCES, or ask Capillary to enable the source."),
    Reading(off=frozenset({"8012"}), wrong=frozenset({"8011", "8045"})),
)
SIGN_IN = Feature(
    "sign_in",
    _("Sign-in"),
    lambda _customer: None,
    _("Nothing works that asks Capillary."),
    _("Correct the key and secret, or the user name and password, and the address in the environment."),
)
_NAMED = {one.key: one for one in (*FEATURES, SIGN_IN, SOURCE)}


def feature_of(key: str) -> Feature | None:
    """The feature a finding is about; None for one of an older release."""
    return _NAMED.get(key.partition(":")[0])
