"""What the customer page says: cards that are no more, sources in words, failures, retries, tabs, coupons."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.capillary.types_activity import CouponPage
from apps.capillary.types_common import Window
from apps.capillary.types_customer import Identifier, Profile
from apps.capillary.types_points import CouponRedemption, Redemptions
from apps.customers import several
from apps.customers.outcomes import Match, Several
from apps.customers.panels import coupons, identifiers, timeline
from apps.customers.source_words import source_words
from tests.customers.conftest import look_up
from tests.customers.test_panels import ASKED, coupon, customer, goodwill_row

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def desk(client_as, agent, outside):
    return client_as(agent)


@pytest.fixture
def fragment(client_as, agent, outside):
    return client_as(agent, htmx=True)


def page(customer_id, tab=""):
    if tab:
        return reverse("customers:tab", args=[customer_id, tab])
    return reverse("customers:customer", args=[customer_id])


def part(customer_id, name):
    return reverse("customers:panel", args=[customer_id, name])


def text(answer):
    return answer.content.decode()


def test_the_active_card_stands_in_the_head_and_the_lost_one_is_marked(desk, person_of_the_sandbox):
    html = text(desk.get(page(person_of_the_sandbox("cards"))))
    head, more = html.split('class="lc-ids"', 1)[1].split("more identifier", 1)
    assert ">•••• 0023<" in head
    assert ">•••• 0022<" not in head
    assert "Lost" not in head
    assert ">•••• 0022<" in more
    assert "Lost" in more.split(">•••• 0022<", 1)[1][:2000]


def test_a_card_that_ended_does_not_name_the_customer_in_the_side_list():
    ended = Profile(
        "INSTORE", "", "7", "", "", identifiers=(Identifier("cardNumber", "705500000022", "SUSPENDED"),)
    )
    who = replace(customer(), profiles=(ended,))
    assert identifiers.tail_of(who) == ""
    assert identifiers.first_and_more(who)[0][0].known.ended == "Suspended"


def test_sources_are_words():
    assert source_words("INSTORE") == "in store"
    assert source_words("WECHAT", "wx_maple") == "WeChat, account wx_maple"
    assert source_words("NEW_ONE", "x") == "NEW_ONE, account x"


def test_the_page_spells_no_source_as_the_outside_does(desk, person):
    html = text(desk.get(page(person)))
    assert "In store · WeChat, account wx_maple" in html
    assert ">INSTORE" not in html


def test_a_panel_that_failed_for_the_moment_asks_again_twice_and_then_stops(fragment, outside, person):
    outside.add_fault(kind="status", status=500, path="/v1.1/customer/transactions")
    first, second, last = (
        text(fragment.get(part(person, "latest_bills") + query)) for query in ("", "?tries=1", "?tries=2")
    )
    assert 'hx-trigger="load delay:10s"' in first
    assert "tries=1" in first
    assert 'hx-trigger="load delay:30s"' in second
    assert "tries=2" in second
    assert "by itself" not in last
    assert "tries=" not in last
    assert "looks again" not in first + second + last


def test_no_answer_is_said_only_when_there_was_none(fragment, outside, person):
    outside.add_fault(kind="status", status=500, path="/v1.1/customer/transactions")
    said = text(fragment.get(part(person, "latest_bills")))
    assert "answered 500" in said
    assert "no answer" not in said
    outside.clear()
    outside.add_fault(kind="drop_before", path="/v1.1/customer/transactions")
    assert "no answer" in text(fragment.get(part(person, "latest_bills")))


def test_several_failed_parts_can_be_asked_again_at_once(desk, outside, person):
    assert "Retry all" not in text(desk.get(page(person)))
    outside.add_fault(kind="status", status=500, path="/v1.1/customer/transactions")
    assert "Retry all" not in text(desk.get(page(person)))
    outside.add_fault(kind="status", status=500, path="/v2/customers/*/coupons")
    assert "2 parts of this page could not be loaded." in text(desk.get(page(person)))


def test_tabs_tell_the_same_on_every_page(desk, person):
    def tabs(tab):
        html = text(desk.get(page(person, tab)))
        row = html.split('class="lc-tabs"', 1)[1].split("</ul>", 1)[0]
        return " ".join(row.replace('aria-current="page"', "").split())

    assert tabs("") == tabs("transactions") == tabs("redemptions")


def test_the_period_of_transactions_is_said_in_words(fragment, person):
    assert "Only those of the last 12 months" in text(fragment.get(part(person, "bills")))
    assert "Only those" not in text(fragment.get(part(person, "bills") + "?period=all"))


def test_a_used_coupon_tells_the_day_the_redemptions_know():
    spent = CouponRedemption("1", "abc", "", "", "", "", "B7", NOW, "")
    page = CouponPage((coupon(is_redeemed=True, code="ABC"), coupon(is_redeemed=True, code="OLD")), Window())
    values = {"coupons": page, "redemptions": Redemptions((), (spent,))}
    first, other = coupons.build_coupons(ASKED, values)["rows"]
    assert [(use.at, use.transaction_number) for use in first.uses] == [(NOW, "B7")]
    assert other.uses == ()


def test_goodwill_in_the_timeline_has_its_amount():
    row = goodwill_row("APPROVED", Decimal(300))
    event = next(iter(timeline._events({"goodwill": type("Page", (), {"rows": (row,)})})))
    assert (event.text, event.amount) == ("300 points given as goodwill", "+300")
    untold = replace(row, approved_value=None)
    event = next(iter(timeline._events({"goodwill": type("Page", (), {"rows": (untold,)})})))
    assert (event.text, event.amount) == ("Points given as goodwill, amount not told", "")


def test_several_tell_what_was_typed_of_the_name_and_how_many_there_are(desk):
    html = text(look_up(desk, "Priya"))
    assert "Priya " in html.split('id="several-title"', 1)[1]
    assert "Start of an identifier" not in html
    assert "Start of a name" not in html


def test_a_name_is_masked_but_for_what_was_typed_of_it():
    assert several._name("Priya Sharma", "pri") == "Pri••• S•••"
    assert several._name("Priya Sharma", "priya sh") == "Priya Sh•••"
    assert several._name("Priya Sharma", "MT-0011") == "P••• S•••"


def test_a_merged_account_is_said_or_left_out(actor, outside, person_of_the_sandbox):
    merged, person = person_of_the_sandbox("merged"), person_of_the_sandbox("everything")
    found = Several((Match(merged), Match(person)), 2)
    rows = {row.customer_id: row for row in several.rows_of(actor, found, "asha")}
    assert not rows[person].merged
    assert merged not in rows or rows[merged].merged


def test_a_revealed_value_can_be_revealed_again(fragment, person):
    url = reverse("customers:reveal", args=[person, "INSTORE..mobile.1"])
    html = text(fragment.post(url, {"reason": "call", "more": "", "at": "head"}))
    assert "915550000001" in html
    assert "data-again" in html
    assert f'href="{url}?at=head"' in html


def test_a_field_nobody_has_asks_for_no_reason(desk, person):
    url = reverse("customers:reveal", args=[person, "TMALL..mobile.1"])
    answer = desk.get(url)
    assert answer.status_code == 404
    assert "no such field" in text(answer)


def test_programmes_are_called_by_their_names_and_asked_for_once(desk, outside, person_of_the_sandbox):
    asked = "/v2/organization/programs"
    address = page(person_of_the_sandbox("everything"))
    for _look in range(2):
        html = text(desk.get(address))
        assert "Maple Rewards" in html
        assert "Thread Circle" in html
        assert "rogramme 10" not in html
    assert len(outside.requests(path=asked)) == 1


def test_where_names_are_not_told_programmes_are_called_by_their_ids(desk, outside, person_of_the_sandbox):
    outside.add_fault(kind="status", status=404, path="/v2/organization/programs")
    address = page(person_of_the_sandbox("everything"))
    for _look in range(2):
        assert "Programme 101" in text(desk.get(address))
    assert len(outside.requests(path="/v2/organization/programs")) == 1
