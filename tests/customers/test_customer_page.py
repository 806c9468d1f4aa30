"""The customer page: whole, by panel, slow, failing, merged, unknown, and what the trail holds of it."""

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from apps.audit.models import Entry
from apps.audit.narrative import sentence

pytestmark = pytest.mark.django_db(transaction=True)
TABS = ["transactions", "points", "redemptions", "goodwill", "coupons", "referrals", "notes", "history"]
PANELS = [
    "points",
    "latest_bills",
    "timeline",
    "expiring",
    "goodwill_sums",
    "few_coupons",
    "latest_note",
    "tier",
    "profiles",
    "bills",
    "goodwill",
    "coupons",
    "notes",
]


@pytest.fixture
def desk(client_as, agent, outside):
    return client_as(agent)


@pytest.fixture
def everything(person_of_the_sandbox):
    return person_of_the_sandbox("everything")


def page(customer_id, tab=""):
    if tab:
        return reverse("customers:tab", args=[customer_id, tab])
    return reverse("customers:customer", args=[customer_id])


def part(customer_id, name):
    return reverse("customers:panel", args=[customer_id, name])


def text(answer):
    return answer.content.decode()


def test_the_overview_shows_the_head_the_points_and_every_panel(desk, everything):
    html = text(desk.get(page(everything)))
    for words in (
        "Asha Kulkarni",
        "Gold",
        "•••••• 0001",
        "a••••@example.com",
        "WeChat, account wx_maple",
        "Not verified",
        "Available",
        "Pending",
        "Lifetime",
        "Expiring next",
        "Programmes",
        "Transactions",
        "Timeline",
        "Points about to expire",
        "Goodwill, 12 months",
        "Coupons",
        "Known by",
    ):
        assert words in html
    assert "5550000001" not in html
    assert "asha.kulkarni@" not in html


def test_every_tab_is_a_page(desk, everything, subtests):
    for tab in TABS:
        with subtests.test(tab):
            answer = desk.get(page(everything, tab))
            assert answer.status_code == 200
            assert "Asha Kulkarni" in text(answer)


def test_every_panel_is_a_fragment_for_htmx_and_a_page_without_script(
    desk, client_as, agent, everything, subtests
):
    as_htmx = client_as(agent, htmx=True)
    for name in PANELS:
        with subtests.test(name):
            fragment = as_htmx.get(part(everything, name))
            assert f'id="panel-{name}"' in text(fragment)
            assert "<html" not in text(fragment)
            assert "HX-Request" in fragment["Vary"]
            whole = text(desk.get(part(everything, name)))
            assert f'id="panel-{name}"' in whole
            assert "<html" in whole
            assert "Asha Kulkarni" in whole


def test_every_panel_says_what_is_empty(client_as, agent, person_of_the_sandbox, subtests):
    as_htmx = client_as(agent, htmx=True)
    for name in PANELS:
        with subtests.test(name):
            answer = as_htmx.get(part(person_of_the_sandbox("empty"), name))
            assert answer.status_code == 200
            assert "Could not be loaded" not in text(answer)


def test_the_page_asks_all_at_once_and_is_traced_before_it_asks(desk, outside, everything):
    desk.get(page(everything))
    entries = list(Entry.objects.order_by("id"))
    first_call = next(number for number, entry in enumerate(entries) if entry.action == "call.sent")
    viewed = next(number for number, entry in enumerate(entries) if entry.action == "customer.viewed")
    assert viewed < first_call
    assert len({entry.reference for entry in entries if entry.action == "customer.viewed"}) == 1
    asked = [one["path"] for one in outside.requests() if "token" not in one["path"]]
    assert len(asked) == len(set(asked))
    assert len(asked) >= 8


def test_the_page_costs_a_fixed_number_of_queries(desk, everything, django_assert_max_num_queries):
    desk.get(page(everything))
    with django_assert_max_num_queries(40):
        desk.get(page(everything))


def test_an_id_nobody_has_is_a_clear_404(desk, outside):
    answer = desk.get(page(499_999_999))
    assert answer.status_code == 404
    assert "There is no customer with the id 499999999." in text(answer)
    entries = Entry.objects.order_by("id")
    told = [(one.action, one.outcome) for one in entries if not one.action.startswith("call.answ")]
    assert told[0] == ("customer.viewed", "done")
    assert told[1][0] == "call.sent"
    assert told[-1] == ("customer.viewed", "not_done")
    last = entries.get(action="customer.viewed", outcome="not_done")
    assert strip_tags(sentence(last)).endswith("opened Overview of customer 499999999 and found nobody.")


@pytest.mark.parametrize(
    "path", ["/customers/1/nonsense/", "/customers/1/panels/nonsense/", "/customers/9999999999999999999/"]
)
def test_what_does_not_exist_is_a_404_and_asks_nobody(desk, outside, path):
    assert desk.get(path).status_code == 404
    assert outside.requests() == []


def test_fraud_is_marked_in_the_head(desk, client_as, agent, outside, person_of_the_sandbox):
    person = person_of_the_sandbox("fraud")
    desk.post("/customers/", {"q": outside.identifier("fraud", "mobile")})
    assert "Fraud mark: confirmed" in text(desk.get(page(person)))


def test_the_trail_names_each_part_that_was_opened_in_words(client_as, agent, everything):
    as_htmx = client_as(agent, htmx=True)
    for name in ("fraud", "head", "few_coupons"):
        as_htmx.get(part(everything, name))
    told = [strip_tags(sentence(entry)) for entry in Entry.objects.filter(action="customer.viewed")]
    parts = {one.partition(" opened ")[2].partition(" of ")[0] for one in told}
    assert parts == {"Coupons", "Fraud mark", "Name and identifiers"}


def test_a_suspended_customer_says_so(desk, person_of_the_sandbox):
    assert "Suspended" in text(desk.get(page(person_of_the_sandbox("suspended"))))


def test_transactions_page_by_period_and_row(desk, everything):
    html = text(desk.get(page(everything, "transactions") + "?period=all"))
    total = int(re.search(r"1 to 20 of (\d+), newest first\.", html)[1])
    assert "?period=all&amp;from=20" in html
    html = text(desk.get(page(everything, "transactions") + "?period=all&from=20"))
    assert f"21 to {min(40, total)}" in html
    assert "?period=all&amp;from=0" in html


def test_nonsense_in_the_address_is_no_crash(desk, everything, subtests):
    for query in ("?period=x", "?from=-1", "?from=99999999", "?rows=7", "?period=30&from=3000"):
        with subtests.test(query):
            assert desk.get(page(everything, "transactions") + query).status_code == 200


@pytest.mark.parametrize(
    ("dialect", "lists"), [("strings", "always"), ("native", "never"), ("strings", "never")]
)
def test_every_dialect_of_the_outside_gives_the_same_page(desk, outside, everything, dialect, lists):
    plain = text(desk.get(page(everything, "transactions")))
    outside.switch(dialect=dialect, lists=lists)
    other = text(desk.get(page(everything, "transactions")))
    count = plain.count("<tr>")
    assert count > 2
    assert other.count("<tr>") == count


def test_pages_and_panels_are_for_people_who_may_see_customers(client_as, auditor, administrator, everything):
    for address in (page(everything), page(everything, "notes"), part(everything, "points")):
        assert client_as().get(address)["Location"].startswith("/sign-in/")
        assert client_as(htmx=True).get(address)["HX-Redirect"].startswith("/sign-in/")
        assert client_as(auditor).get(address).status_code == 403
        assert client_as(administrator).get(address).status_code == 403
        assert client_as(auditor).post(address).status_code in {403, 405}


def test_digits_that_may_be_a_mobile_are_no_address_of_a_customer(client_as, agent):
    from apps.audit.models import Entry

    for address in (
        "/customers/915550000001/",
        "/customers/7055000000000023/notes/",
        "/goodwill/customers/915550000001/ask/",
    ):
        assert client_as(agent).get(address).status_code == 404
    assert not Entry.objects.filter(customer__in=["915550000001", "7055000000000023"]).exists()


def test_a_customer_of_no_programme_has_no_points_rather_than_a_failure(desk, person_of_the_sandbox):
    person = person_of_the_sandbox("not_loyal")
    for html in (text(desk.get(page(person))), text(desk.get(part(person, "points")))):
        assert "Not in a loyalty programme." in html
        assert "Points could not be loaded" not in html
        assert "answered 200" not in html


def test_a_timeline_without_any_of_its_lists_has_failed_and_can_be_retried(desk, everything, outside):
    for path in (
        "/v1.1/customer/transactions",
        "/v1.1/customer/redemptions",
        "/v2/customers/*/goodwillRequest",
    ):
        outside.add_fault(kind="status", status=500, path=path)
    for html in (text(desk.get(page(everything))), text(desk.get(part(everything, "timeline")))):
        shown = re.search(r'<section[^>]*id="panel-timeline".*?</section>', html, re.DOTALL)[0]
        assert "lc-panel--failed" in shown
        assert "Timeline could not be loaded." in shown
        assert f'href="{part(everything, "timeline")}"' in shown
        assert "Nothing happened yet." not in shown


def test_a_timeline_without_one_of_its_lists_can_be_loaded_again(desk, everything, outside):
    outside.add_fault(kind="status", status=500, path="/v1.1/customer/transactions")
    html = text(desk.get(page(everything)))
    shown = re.search(r'<section[^>]*id="panel-timeline".*?</section>', html, re.DOTALL)[0]
    assert "Not in here, because they did not load: transactions." in shown
    assert f'hx-get="{part(everything, "timeline")}" hx-target="#panel-timeline"' in shown
    outside.clear()
    htmx = desk.get(part(everything, "timeline"), headers={"HX-Request": "true"})
    assert "Not in here" not in text(htmx)


def test_a_timeline_whose_lists_are_on_their_way_loads_by_itself(desk, everything, outside, settings):
    settings.CUSTOMER_PAGE_WAIT_SECONDS = 0.5
    outside.add_fault(kind="latency", latency_ms=1500, path="/v1.1/customer/transactions")
    html = text(desk.get(page(everything)))
    shown = re.search(r'<section[^>]*id="panel-timeline".*?</section>', html, re.DOTALL)[0]
    assert 'hx-trigger="load"' in shown
    assert "did not load" not in shown


def test_referrals_are_asked_for_on_their_tab_alone(desk, everything, outside):
    """The outside allows a thousand of these calls an hour."""
    for tab in ("", *(one for one in TABS if one != "referrals")):
        assert desk.get(page(everything, tab)).status_code == 200
    assert [one["path"] for one in outside.requests() if "referral" in one["path"].lower()] == []


def test_a_name_from_right_to_left_leaves_the_signs_beside_it_where_they_are(desk, person_of_the_sandbox):
    desk.get(page(person_of_the_sandbox("arabic")))
    html = text(desk.get(reverse("customers:lookup")))
    shown = re.search(r'<span class="lc-nav__label lc-nav__label--who lc-num">(<bdi>.*?)</span>', html)[1]
    assert re.fullmatch(r"<bdi>[^<]*[\u0600-\u06ff][^<]*</bdi> <bdi>[^<]*\d{4}</bdi>", shown), shown
