"""Finding a customer through the real calls: which are made, what is found, and what the trail holds."""

import pytest

from apps.audit.models import Entry
from apps.capillary.errors import CapillaryError
from apps.core.errors import BadInput, TraceUnavailable
from apps.customers.find import EVERYWHERE, MOST_CALLS, find_customer
from apps.customers.outcomes import Found, NotFound, Several
from apps.customers.places import Place
from apps.customers.telling import told
from tests.customers.conftest import read_only

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "5550 987654"


def lookups(outside):
    """What was asked of the outside, sign-in aside."""
    return [one for one in outside.requests() if "token" not in one["path"]]


def looked_up():
    return Entry.objects.filter(action="customer.looked_up")


def test_every_kind_of_identifier_leads_to_the_customer(actor, outside, subtests):
    for row in outside.characters["everything"]["identifiers"]:
        with subtests.test(row["name"]):
            found = find_customer(actor=actor, typed=row["value"])
            assert isinstance(found, Found)
            assert found.match.customer_id == outside.characters["everything"]["id"]
            assert found.match.found_as is not None


def test_internal_id_and_part_of_a_name_lead_to_the_customer_too(actor, outside, person_of_the_sandbox):
    person = person_of_the_sandbox("everything")
    assert find_customer(actor=actor, typed=str(person)).match.customer_id == person
    found = find_customer(actor=actor, typed="Asha Kulkarni")
    matches = [found.match] if isinstance(found, Found) else list(found.matches)
    assert person in [match.customer_id for match in matches]


def test_a_mobile_costs_one_round_and_leaves_masked_and_hashed_traces(actor, outside):
    found = find_customer(actor=actor, typed="+91 5550-000-001")
    assert isinstance(found, Found)
    assert len(lookups(outside)) == 2
    entry = looked_up().get()
    assert (entry.outcome, entry.customer) == ("done", str(found.match.customer_id))
    assert entry.actor_name == "Asha Verma" if hasattr(entry, "actor_name") else True
    everything = "".join(str(value) for one in Entry.objects.values() for value in one.values())
    assert "5550000001" not in everything
    assert "•••••• 0001" in everything


def test_a_customer_known_elsewhere_only_is_found_by_the_search_over_all_sources(actor, outside):
    found = find_customer(actor=actor, typed="915550000008")
    assert isinstance(found, Found)
    assert found.match.customer_id == outside.characters["wechat_both"]["id"]


def test_one_identifier_of_two_customers_gives_both(actor, outside):
    found = find_customer(actor=actor, typed="wxo_shared")
    assert isinstance(found, Several)
    expected = {outside.characters[key]["id"] for key in ("same_openid_maple", "same_openid_thread")}
    assert {match.customer_id for match in found.matches} == expected
    assert looked_up().get().outcome == "done"


def test_a_chosen_account_decides_between_them(actor, outside):
    found = find_customer(actor=actor, typed="wxo_shared", source="WECHAT", account="wx_thread")
    assert isinstance(found, Found)
    assert found.match.customer_id == outside.characters["same_openid_thread"]["id"]


def test_a_chosen_kind_is_asked_alone(actor, outside):
    find_customer(actor=actor, typed="100234", kind="card")
    asked = {one["path"] for one in lookups(outside)}
    assert asked == {"/v2/customers/lookup", "/v2/customers/search"}


def test_a_chosen_source_is_asked_alone(actor, outside):
    found = find_customer(actor=actor, typed="915550000001", source="LINE")
    assert isinstance(found, NotFound)
    assert {str(one.place) for one in found.tried} == {"LINE line_maple"}
    assert "INSTORE" in {place.source for place in found.wider}


def test_nobody_says_what_was_tried_and_what_is_left(actor, outside):
    found = find_customer(actor=actor, typed=NOBODY)
    assert isinstance(found, NotFound)
    assert found.candidates[0].values == ("915550987654", "5550987654")
    assert {place.source for place in found.wider} == {"WECHAT", "FACEBOOK", "MARTJACK", "LINE"}
    assert not found.failed
    assert looked_up().get().outcome == "not_done"


def test_everywhere_asks_every_account_and_stays_bounded(actor, outside):
    found = find_customer(actor=actor, typed=NOBODY, source=EVERYWHERE)
    assert isinstance(found, NotFound)
    assert {str(one.place) for one in found.tried} >= {
        "WECHAT wx_maple",
        "WECHAT wx_thread",
        "LINE line_maple",
    }
    assert found.wider == ()
    assert len(lookups(outside)) <= MOST_CALLS
    assert found.unasked == ()


def test_what_would_be_too_many_calls_for_one_press_is_left_out_and_told(actor, outside, settings):
    many = ",".join(f"line_{number}" for number in range(20))
    settings.CAPILLARY = {
        **settings.CAPILLARY,
        "sources": f"INSTORE;WECHAT:{many.replace('line', 'wx')};LINE:{many}",
    }
    found = find_customer(actor=actor, typed=NOBODY, source=EVERYWHERE)
    assert isinstance(found, NotFound)
    assert len(lookups(outside)) == MOST_CALLS
    assert Place("LINE", "line_19") in found.unasked
    said = told(found, source=EVERYWHERE, account="")
    assert said.heading == "No customer with •••••• 7654 where it was looked for."
    assert "LINE line_19" in said.unasked


def test_what_is_no_name_is_not_found_by_a_name(actor, outside):
    """Everybody called Asha was listed as "Card number •••• a"."""
    assert isinstance(find_customer(actor=actor, typed="Asha", kind="card"), NotFound)


def test_an_identifier_is_found_as_what_it_is_whatever_was_chosen(actor, outside):
    found = find_customer(actor=actor, typed="MT-0001", kind="card")
    assert isinstance(found, Found)
    assert found.match.found_as.kind.code == "external_id"


def test_names_are_found_as_they_are_shown(actor, outside, person_of_the_sandbox, subtests):
    for typed, key in (("明 王", "wechat_both"), ("O’Brien", "markup"), ("O'Brien", "markup")):
        with subtests.test(typed):
            found = find_customer(actor=actor, typed=typed)
            ids = [found.match.customer_id] if isinstance(found, Found) else []
            ids += [one.customer_id for one in found.matches] if isinstance(found, Several) else []
            assert person_of_the_sandbox(key) in ids


def test_the_trail_names_what_several_were_found_by(actor, outside):
    assert isinstance(find_customer(actor=actor, typed="wxo_shared"), Several)
    entry = looked_up().get()
    assert entry.subject.startswith("WeChat open id ")


def test_a_merged_account_leads_to_the_one_that_is_left(actor, outside, person_of_the_sandbox):
    found = find_customer(actor=actor, typed=str(person_of_the_sandbox("merged")))
    assert isinstance(found, Found)
    assert found.match.customer_id == person_of_the_sandbox("survivor")
    assert found.match.merged


def test_a_silent_outside_is_an_error_and_never_nobody(actor, outside):
    outside.add_fault(kind="status", status=500, path="/v2/customers/*")
    with pytest.raises(CapillaryError):
        find_customer(actor=actor, typed=NOBODY)
    assert looked_up().get().outcome == "unknown"


def test_a_source_that_does_not_answer_makes_the_answer_unsure(actor, outside):
    outside.add_fault(kind="status", status=500, path="/v2/customers/search")
    found = find_customer(actor=actor, typed=NOBODY)
    assert isinstance(found, NotFound)
    assert found.failed
    assert looked_up().get().outcome == "unknown"


def test_a_start_that_fits_opens_nobody_while_an_exact_look_up_failed(actor, outside):
    """The one whole match may be where no answer came from; the start of a code is somebody else."""
    start = outside.identifier("everything", "wechat")[:-1]
    opened = find_customer(actor=actor, typed=start)
    assert isinstance(opened, Found)
    outside.add_fault(kind="status", status=500, path="/v2/customers/lookup")
    found = find_customer(actor=actor, typed=start)
    assert isinstance(found, Several)
    assert [match.customer_id for match in found.matches] == [opened.match.customer_id]
    assert found.failed
    assert looked_up().latest("id").outcome == "unknown"


def test_without_a_trail_no_call_leaves(actor, outside):
    with read_only(), pytest.raises(TraceUnavailable):
        find_customer(actor=actor, typed=NOBODY)
    assert lookups(outside) == []


def test_what_cannot_be_used_asks_nobody(actor, outside):
    with pytest.raises(BadInput):
        find_customer(actor=actor, typed="a b@example.com")
    assert outside.requests() == []


def test_a_look_up_that_nothing_answers_says_who_looked_for_whom(actor, outside):
    outside.add_fault(kind="status", status=500, path="/v2/customers/*")
    with pytest.raises(CapillaryError):
        find_customer(actor=actor, typed="MT-0017")
    entry = looked_up().get()
    assert (entry.outcome, entry.actor_name) == ("unknown", actor.name)
    assert entry.identifiers.exists()
