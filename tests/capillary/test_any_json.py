"""Whatever arrives ends in a value or in the error tree."""

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.capillary.conclude import conclude
from apps.capillary.errors import CapillaryError, Garbled
from apps.capillary.exchange import Reply
from apps.capillary.registry import READS, WRITES

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
)


def every_call():
    given = {
        "lookup": {"source": "INSTORE", "identifier_name": "mobile", "identifier_value": "915550000042"},
        "search": {"query": "Mee"},
        "record": {"mobile": "915550000042"},
        "add": {"text": "Hello.", "customer_id": 5},
    }
    for functions in (*READS.values(), *WRITES.values()):
        for name, function in functions.items():
            yield function(**given.get(name, {"customer_id": 5}))


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
