"""The filters as people write them, in the address and in one line."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.audit import address, qualifiers
from apps.audit.forms import FilterForm
from apps.audit.services import record
from tests.audit.conftest import EMAIL, MOBILE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("line", "found", "unknown"),
    [
        ('actor:"Asha Verma" store:012,007', {"person": "Asha Verma", "store": "012,007"}, []),
        ("-action:trail.* −action:call.sent", {"action": "-trail.*,-call.sent"}, []),
        ("period:24h outcome:refused", {"period": "24h", "outcome": "refused"}, []),
        ("from:2026-11-01 until:2026-11-23", {"from": "2026-11-01", "until": "2026-11-23"}, []),
        (
            "after:2026-11-01 before:2026-11-23",
            {"from": "2026-11-01T00:00", "until": "2026-11-23T00:00"},
            [],
        ),
        ("after:2026-11-23T14:30", {"from": "2026-11-23T14:30"}, []),
        (
            "request:GR-10418 channel:command code:8015",
            {"subject": "GR-10418", "channel": "command", "code": "8015"},
            [],
        ),
        (EMAIL, {"customer": EMAIL}, []),
        ("+91 5550 004417", {"customer": "+91 5550 004417"}, []),
        ("lc-7f3k-92qd-m4xa", {"reference": "lc-7f3k-92qd-m4xa"}, []),
        ("Asha", {"person": "Asha"}, []),
        ("GR-10418", {"subject": "GR-10418"}, []),
        ("MT-0001", {"customer": "MT-0001"}, []),
        ("CX-ASHA-1", {"customer": "CX-ASHA-1"}, []),
        ("wxu_asha", {"customer": "wxu_asha"}, []),
        ("yesterday", {"period": "yesterday"}, []),
        ("actor:asha actor:asha", {"person": "asha"}, []),
        ("store:012 store:007 -store:001", {"store": "012,007,-001"}, []),
        ("", {}, []),
    ],
)
def test_a_line_is_read_as_qualifiers(line, found, unknown):
    assert qualifiers.read(line) == (found, unknown)
    # And said again: the form of an export is filled in so.
    assert qualifiers.read(qualifiers.line_of(found)) == (found, [])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("colour:blue", "Not understood: colour:blue. Each with a value behind it, these are known: actor,"),
        ("store: Asha", "Not understood: store:."),
        (
            "-outcome:done",
            "Not understood: -outcome:done. Only action and store can be left out with a minus.",
        ),
        ("actor:asha actor:mira", "More than one value for actor. Only action and store take several."),
        ("outcome:done outcome:refused", "More than one value for outcome."),
        ("actor:asha Mira", "More than one value for actor."),
        ("about:GR-10418 request:GR-10419", "More than one value for about."),
        ("from:2026-11-01 after:2026-11-02", "More than one value for from."),
        ("period:24h yesterday", "More than one value for period."),
    ],
)
def test_what_cannot_be_meant_is_said(line, says):
    wrong = qualifiers.read(line)[1]
    assert len(wrong) == 1
    assert wrong[0].startswith(says)


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("bogus=2", "bogus:2"),
        ("bogus_2=x+y&store=012", 'address:"bogus_2=x y"'),
        ("outcome=done&outcome=refused", "outcome:done outcome:refused"),
        ("actor=asha&actor=mira", "actor:asha actor:mira"),
    ],
)
def test_nothing_of_an_address_is_passed_over_in_silence(query, line, client_as, auditor):
    client = client_as(auditor)
    answer = client.get(f"{reverse('audit:trail')}?{query}", follow=True)
    assert answer.status_code == 422
    assert answer.context["line"] == line
    assert "rows" not in answer.context
    # What is not shown is not exported either.
    assert answer.context["export_url"] == reverse("operations:operation_new", args=["trail_export"])


def test_an_address_may_say_what_people_type(client_as, auditor):
    answer = client_as(auditor).get(f"{reverse('audit:trail')}?actor=asha&before=7")
    assert answer["Location"] == f"{reverse('audit:trail')}?person=asha&before=7"


@given(st.text(max_size=80))
def test_any_line_can_be_read(line):
    found, wrong = qualifiers.read(line)
    assert set(found) <= set(address.PARAMETERS)
    assert all(isinstance(one, str) for one in wrong)
    if not wrong:
        assert set(qualifiers.read(qualifiers.line_of(found))[0]) <= set(address.PARAMETERS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    values=st.dictionaries(st.sampled_from([*address.PARAMETERS, "q", "drop", "other"]), st.text(max_size=30))
)
def test_a_tidy_address_stays_as_it_is_and_any_form_can_be_read(values):
    query = QueryDict(mutable=True)
    query.update(values)
    found, line, unknown = address.read(query)
    tidy = QueryDict(address.link("", found, q=line).partition("?")[2])
    again = address.read(tidy)
    assert again == (found, line, unknown)
    assert address.is_tidy(tidy, *again[:2])
    form = FilterForm(found)
    if form.is_valid():
        form.filters()


def read(**values):
    """The address with these parameters, read."""
    query = QueryDict(mutable=True)
    query.update(values)
    return address.read(query)


@pytest.mark.parametrize("typed", [EMAIL, MOBILE, "915550004417", "CRM-220319"])
def test_a_full_identifier_does_not_stay_in_the_address(typed):
    found, _line, _unknown = read(customer=typed)
    assert typed not in found["customer"]
    form = FilterForm(found)
    assert form.is_valid()
    assert form.filters().digests
    assert typed not in form.cleaned_data["customer"].shown


def test_a_number_stays_only_where_the_trail_knows_it_as_an_id(asha):
    record("trail.customer.viewed", actor=asha, customer="387746388")
    assert read(customer="387746388")[0]["customer"] == "387746388"
    for stranger in ("387746389", "915550004417", "70550001"):
        assert stranger not in read(customer=stranger)[0]["customer"]


EMAILS = st.tuples(
    st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20),
    st.text(st.sampled_from("abc~-.xyz"), min_size=1, max_size=120),
).map("@".join)
NUMBERS = st.from_regex(r"[0-9~+]{1,24}", fullmatch=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(typed=EMAILS | NUMBERS | st.text(min_size=1, max_size=200))
@example(typed="ka~vya@example.com")
@example(typed="k@" + "long-domain." * 12 + "example.com")
@example(typed="00~")
def test_one_step_leads_to_an_address_that_stays(typed):
    once = read(customer=typed)[0]
    assert read(**once)[0] == once


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"outcome": "nonsense"}, "outcome", "done, not_done"),
        ({"channel": "nonsense"}, "channel", "screen"),
        ({"period": "century"}, "period", "24h"),
        ({"reference": "LC-1"}, "reference", "looks like"),
        ({"action": "nothing.such"}, "action", "nothing.such"),
        ({"action": "zzz.*"}, "action", "zzz.*"),
        ({"from": "23/11"}, "from", "2026-11-23"),
        ({"from": "9999-12-31"}, "from", "Give a day from 1990 to 2199."),
        ({"from": "1900-01-01"}, "from", "Give a day from 1990 to 2199."),
        ({"until": "2026-11-23T25:00"}, "until", "2026-11-23T14:30"),
        ({"from": "2026-11-23", "until": "2026-11-01"}, "until", "before the beginning"),
        ({"from": "2026-11-23T14:30", "until": "2026-11-23T14:30"}, "until", "before the beginning"),
        ({"from": "2026-11-23", "period": "24h"}, "period", "not both"),
        ({"before": "x"}, "before", "whole number"),
        ({"person": "a\x00b"}, "person", "no keyboard types"),
    ],
)
def test_a_bad_value_gets_a_sentence_beside_its_field(values, field, words):
    form = FilterForm(values)
    assert not form.is_valid()
    assert words in " ".join(form.errors[field])


def test_a_family_of_actions_and_what_to_leave_out():
    form = FilterForm({"action": "call.*,-call.sent"})
    assert form.is_valid()
    assert form.filters().actions == (
        frozenset({"call.sent", "call.answered", "call.unanswered"}), frozenset({"call.sent"})
    )  # fmt: skip


def test_people_are_found_by_name_address_and_number(agent):
    for text in ("Asha", "asha verma", agent.email.upper(), str(agent.pk)):
        form = FilterForm({"person": text})
        assert form.is_valid()
        assert form.filters().actors == (agent.pk,)
    form = FilterForm({"person": "Sweeper"})
    assert form.is_valid()
    assert (form.filters().actors, form.filters().actor_name) == (None, "Sweeper")


def test_days_begin_and_end_at_midnight_where_the_console_is():
    today = timezone.localdate()
    form = FilterForm({"period": "yesterday"})
    assert form.is_valid()
    filters = form.filters()
    assert timezone.localtime(filters.start).date() == today - timedelta(days=1)
    assert timezone.localtime(filters.end).date() == today
    assert filters.end - filters.start == timedelta(days=1)


def test_a_moment_is_exact_and_a_day_before_or_after_is_its_beginning():
    def span(line):
        form = FilterForm(qualifiers.read(line)[0])
        assert form.is_valid()
        filters = form.filters()
        return [timezone.localtime(one).strftime("%Y-%m-%d %H:%M") for one in (filters.start, filters.end)]

    assert span("after:2026-11-23T14:30 before:2026-11-24") == ["2026-11-23 14:30", "2026-11-24 00:00"]
    assert span("from:2026-11-23 until:2026-11-24") == ["2026-11-23 00:00", "2026-11-25 00:00"]
    assert span("after:2026-11-23 until:2026-11-23T06:05") == ["2026-11-23 00:00", "2026-11-23 06:05"]


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("CC", {"CC"}, set()),
        ("cc", {"CC"}, set()),
        ("Contact Centre", {"CC"}, set()),
        ("contact", {"CC"}, set()),
        ("Contact Centre, −007", {"CC"}, {"007"}),
        ("GONE", {"GONE"}, set()),
    ],
)
def test_a_store_is_understood_by_code_and_by_name(stores, typed, wanted, unwanted):
    form = FilterForm(read(store=typed)[0])
    assert form.is_valid()
    assert form.filters().stores == (wanted, unwanted)


@pytest.mark.parametrize("text", ["+91 5550 004417", "915550004417", EMAIL])
def test_somebody_s_full_identifier_is_no_text_and_stays_in_no_address(client_as, auditor, text):
    answer = client_as(auditor).get(reverse("audit:trail"), {"text": text}, follow=True)
    assert answer.status_code == 200
    assert "customer=" in answer.request["QUERY_STRING"]
    assert "4417" not in answer.request["QUERY_STRING"].partition("~")[2]
    assert EMAIL.partition("@")[0] not in answer.request["QUERY_STRING"]
