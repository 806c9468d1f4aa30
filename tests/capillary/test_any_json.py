"""Whatever arrives ends in a value or in the error tree."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.capillary.conclude import conclude
from apps.capillary.errors import CapillaryError, Garbled
from apps.capillary.exchange import Reply
from apps.capillary.registry import READS, WRITES
from apps.capillary.types_referrals import Invitation

KEYS = (
    *(
        "response",
        "status",
        "customer",
        "customers",
        "data",
        "entity",
        "id",
        "userId",
        "errors",
        "code",
        "success",
    ),
    *(
        "item_status",
        "profiles",
        "coupons",
        "coupon",
        "notes",
        "note",
        "transactions",
        "points",
        "redemptions",
    ),
    *(
        "identifiers",
        "loyaltyInfo",
        "invitees",
        "referral_type",
        "gap_to_renew",
        "slab_history",
        "pagination",
    ),
    *("requests", "request", "goodwill", "change_identifier", "logs", "added_by", "updated_by", "count"),
    *("responses", "response", "redeemable", "is_redeemable", "validation_code", "side_effects", "effect"),
    *("organization", "keyName", "value", "programId"),
    *("redemption_id", "reversalId", "pointsReversed", "warnings"),
    *("series", "items", "item", "ledgerDetails", "ledgerEntries", "entryDetails", "ledgerClosingBalance"),
)


GIVEN = {
    "customers.lookup": {
        "source": "INSTORE",
        "identifier_name": "mobile",
        "identifier_value": "915550000042",
    },
    "customers.search": {"query": "Mee"},
    "customers.record": {"mobile": "915550000042"},
    "notes.add": {"text": "Hello.", "customer_id": 5},
    "ledger.information": {"identifier_name": "mobile", "identifier_value": "915550000042"},
    "ledger.balance": {"identifier_name": "mobile", "identifier_value": "915550000042"},
    "coupons.series": {},
    "organisation.profile": {},
    "organisation.programmes": {},
    "organisation.setting": {},
    "organisation.till": {"code": "till.012.01"},
    "points.is_redeemable": {"points": Decimal(100), "mobile": "915550000042"},
    "points.validation_code": {"points": Decimal(100), "customer_id": 5},
    "points.redeem": {
        "points": Decimal(100),
        "mobile": "915550000042",
        "reference": "01JDCE5Q7R8S9T0V1W2X3Y4Z5A",
        "code": "483920",
    },
    "points.reverse": {"redemption_id": "r0njPT", "points": Decimal(100)},
    "referrals.lookup": {
        "source": "INSTORE",
        "identifier_name": "mobile",
        "identifier_value": "915550000042",
    },
    "referrals.check_code": {"code": "MEERA5"},
    "referrals.invite": {"customer_id": 5, "invitations": [Invitation("EMAIL", "a@example.com")]},
    "requests.logs": {"start_date": date(2026, 11, 1), "end_date": date(2026, 11, 24)},
    "requests.approve": {"request_id": 7, "kind": "POINTS"},
    "requests.reject": {"request_id": 7, "kind": "COUPON"},
    "requests.add": {
        "customer_id": 5,
        "kind": "POINTS",
        "points": Decimal(250),
        "reference": "01JDCE5Q7R8S9T0V1W2X3Y4Z5A",
        "reason": "DELAY",
        "comments": "Parcel late.",
    },
}


def every_call():
    for resource, functions in (*READS.items(), *WRITES.items()):
        for name, function in functions.items():
            yield function(**GIVEN.get(f"{resource}.{name}", {"customer_id": 5}))


junk = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**9) | st.text(max_size=8) | st.just("None"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(junk)
def test_any_json_ends_in_a_value_or_in_the_error_tree(body):
    for call in every_call():
        found = conclude(call, Reply(200, {}, b""), body)
        assert found.error is None or isinstance(found.error, CapillaryError)
        assert not isinstance(found.error, Garbled) or "Error" not in found.failure
