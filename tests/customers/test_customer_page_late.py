"""The customer page when something is late, failing, merged or not to be written down."""

import re

import pytest

from apps.audit.models import Entry
from apps.customers.models import RecentCustomer
from tests.customers.conftest import read_only
from tests.customers.test_customer_page import desk, everything, page, part, text

__all__ = ["desk", "everything"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_failed_panel_says_code_request_and_reference_and_leaves_the_rest(desk, outside, everything):
    outside.add_fault(kind="status", status=500, path="/v1.1/customer/transactions")
    answer = desk.get(page(everything))
    html = text(answer)
    assert answer.status_code == 200
    assert "Transactions could not be loaded." in html
    assert answer["X-Reference"] in html
    assert f'href="{part(everything, "latest_bills")}"' in html
    assert "Retry" in html
    assert "Points about to expire" in html
    assert "Not in here, because they did not load: transactions." in html


def test_a_slow_panel_does_not_hold_the_page_and_comes_by_itself(
    desk, settings, outside, everything, client_as, agent
):
    desk.get(page(everything))
    settings.CUSTOMER_PAGE_WAIT_SECONDS = 0.7
    outside.add_fault(kind="latency", latency_ms=2500, path="/v2/customers/*/coupons", count=1)
    html = text(desk.get(page(everything)))
    assert f'hx-get="{part(everything, "few_coupons")}"' in html
    assert 'aria-busy="true"' in html
    assert f'<a href="{part(everything, "few_coupons")}">' in html
    assert "Asha Kulkarni" in html
    loaded = text(client_as(agent, htmx=True).get(part(everything, "few_coupons")))
    assert re.search(r"All \d coupons", loaded)


def test_a_panel_that_comes_late_belongs_to_the_click_of_its_page(
    desk, client_as, agent, settings, outside, everything
):
    settings.CUSTOMER_PAGE_WAIT_SECONDS = 0.3
    outside.add_fault(kind="latency", latency_ms=1000, path="/v2/customers/*/coupons", count=1)
    page_answer = desk.get(page(everything))
    reference = page_answer["X-Reference"]
    token = re.search(
        rf'hx-get="{part(everything, "few_coupons")}"[^>]*"X-Continues": "([^"]+)"', text(page_answer)
    )[1]
    as_htmx = {"HX-Request": "true", "X-Continues": token}
    assert desk.get(part(everything, "few_coupons"), headers=as_htmx)["X-Reference"] == reference
    calls = Entry.objects.filter(reference=reference, action="call.sent").values_list("path", flat=True)
    assert list(calls).count(f"/v2/customers/{everything}/coupons") == 2
    elsewhere = client_as(agent).get(part(everything, "few_coupons"), headers=as_htmx)
    assert elsewhere["X-Reference"] != reference, "another session"


def test_a_customer_that_does_not_load_leaves_the_other_panels(desk, outside, everything):
    desk.get(page(everything))
    outside.add_fault(kind="status", status=500, path=f"/v2/customers/{everything}")
    html = text(desk.get(page(everything)))
    assert "Asha Kulkarni" in html, "the name of the recent list stands in"
    assert "identifiers" in html
    assert "All transactions" in html


def test_a_merged_account_leads_to_the_survivor_with_a_sentence(desk, agent, person_of_the_sandbox):
    merged, survivor = person_of_the_sandbox("merged"), person_of_the_sandbox("survivor")
    answer = desk.get(page(merged), follow=True)
    assert answer.redirect_chain[-1][0] == page(survivor)
    assert f"Account {merged} was merged into this one." in text(answer)
    entry = Entry.objects.get(action="customer.merged.followed")
    assert entry.customer == str(merged)
    assert not RecentCustomer.objects.filter(customer_id=merged).exists()


def test_a_survivor_answered_in_place_of_the_merged_leads_there_too(desk, outside, person_of_the_sandbox):
    outside.switch(merged="survivor")
    answer = desk.get(page(person_of_the_sandbox("merged")))
    assert answer["Location"] == page(person_of_the_sandbox("survivor"))


def test_the_fraud_mark_comes_by_itself_when_the_customer_was_opened_by_address(
    client_as, agent, desk, person_of_the_sandbox
):
    person = person_of_the_sandbox("survivor")
    assert f'hx-get="{part(person, "fraud")}"' in text(desk.get(page(person)))
    RecentCustomer.objects.all().delete()
    assert "No fraud mark." in text(client_as(agent, htmx=True).get(part(person, "fraud")))


def test_a_slow_head_comes_by_itself_and_remembers_the_customer(
    desk, client_as, agent, settings, outside, everything
):
    settings.CUSTOMER_PAGE_WAIT_SECONDS = 0.5
    outside.add_fault(kind="latency", latency_ms=1500, path=f"/v2/customers/{everything}", count=1)
    html = text(desk.get(page(everything)))
    assert f'hx-get="{part(everything, "head")}"' in html
    assert f'<a href="{part(everything, "head")}">' in html
    fragment = text(client_as(agent, htmx=True).get(part(everything, "head")))
    assert "Asha Kulkarni</h1>" in fragment
    assert RecentCustomer.objects.get(user=agent).tier == "Gold"
    assert "Asha Kulkarni</h1>" in text(desk.get(part(everything, "head")))


def test_a_merged_head_that_comes_late_leads_to_the_survivor_too(client_as, agent, person_of_the_sandbox):
    answer = client_as(agent, htmx=True).get(part(person_of_the_sandbox("merged"), "head"))
    assert answer["HX-Redirect"] == page(person_of_the_sandbox("survivor"))


def test_without_a_trail_no_call_leaves_and_no_data_is_shown(desk, outside, everything):
    desk.get(page(everything))
    outside.reset()
    with read_only():
        answer = desk.get(page(everything))
    assert answer.status_code == 503
    assert "audit trail cannot be written" in text(answer)
    assert "Asha Kulkarni</h1>" not in text(answer)
    assert outside.requests() == []
