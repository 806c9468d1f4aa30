"""The agent's and the auditor's pages of goodwill: form, result, own requests, the whole life, not known yet."""

import re
import uuid
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse

from apps.audit.models import Entry
from apps.core.context import new_reference, use_reference
from apps.customers.models import RecentCustomer
from apps.goodwill.answering import withdraw
from apps.goodwill.deciding import send_back
from apps.goodwill.models import CouponSeries, GoodwillRequest, OutsideAct, Reason
from apps.goodwill.proving import prove_credits
from apps.goodwill.rulebook.series import series_call
from apps.operations.switches import turn_off
from apps.staff.connection import client_for
from tests.goodwill.conftest import actor_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def form_url(desk):
    return reverse("goodwill:ask", args=[desk.customer_id])


@pytest.fixture
def client(client_as, agent):
    return client_as(agent)


@pytest.fixture
def drawer(client_as, agent):
    return client_as(agent, htmx=True)


def values_of(html, **changes):
    """The form as a browser would send it: hidden values of the page, and what was typed."""
    hidden = dict(re.findall(r'name="(token|known|agreed)" value="([^"]*)"', html))
    reason = str(Reason.objects.get(code="late-delivery").pk)
    # Earlier tests may have given the same customer something alike.
    typed = {"kind": "points", "amount": "200", "reason": reason, "different_matter": "on"}
    return {**hidden, **typed, **changes}


def filled(client, url, **changes):
    """The form after one round, so that the button says what it will do."""
    first = client.get(url).content.decode()
    known = values_of(first, **changes)
    round_two = client.post(f"{url}check/", known).content.decode()
    agreed = re.search(r'name="agreed" value="([^"]*)"', round_two)[1]
    return {**known, "agreed": agreed}


def test_the_form_shows_what_is_left_and_the_balance_before_anything_is_typed(client, form_url, desk):
    html = client.get(form_url).content.decode()
    for words in ("Yours, 24 hours", "<b>500</b> of 500 left", "Contact Centre", "Available now", "Check"):
        assert words in html, words
    assert "<!DOCTYPE html>" in html


def test_the_same_form_comes_as_a_drawer(drawer, form_url):
    answer = drawer.get(form_url)
    html = answer.content.decode()
    assert 'id="drawer-title"' in html
    assert "<!DOCTYPE" not in html
    assert "HX-Request" in answer["Vary"]


def test_the_button_names_the_act_and_the_preview_follows_the_amount(client, form_url):
    known = values_of(client.get(form_url).content.decode())
    within = client.post(f"{form_url}check/", known).content.decode()
    assert "Give 200 points" in within
    assert "+200" in within
    over = client.post(f"{form_url}check/", {**known, "amount": "800"}).content.decode()
    assert "Send for approval" in over
    assert "500 points over your own limit of 300." in over
    assert "a manager of Contact Centre" in over
    assert GoodwillRequest.objects.count() == 0


def test_within_authority_it_is_given_and_shown_on_its_page(client, form_url, desk):
    answer = client.post(form_url, filled(client, form_url))
    made = GoodwillRequest.objects.get()
    assert answer.headers["Location"] == reverse("goodwill:request", args=[made.pk])
    assert made.state == "approved"
    html = client.get(answer["Location"]).content.decode()
    assert "The ledger is being read until it shows 200 points." in html
    desk.overdue()
    prove_credits()
    html = client.get(answer["Location"]).content.decode()
    assert "200 points given. The ledger shows it since" in html
    assert "Done" in html


def test_in_the_drawer_the_result_stays_and_looks_again_by_itself(drawer, client, form_url, desk):
    html = drawer.post(form_url, filled(client, form_url)).content.decode()
    made = GoodwillRequest.objects.get()
    assert "Approved" in html
    address = re.search(r'hx-get="([^"]*result[^"]*)"', html)[1].replace("&amp;", "&")
    desk.overdue()
    prove_credits()
    after = drawer.get(address).content.decode()
    assert "The ledger shows it" in after
    assert "hx-get" not in after
    assert made.number in after


def test_what_the_button_no_longer_does_is_not_done(client, form_url):
    given = filled(client, form_url)
    html = client.post(form_url, {**given, "amount": "900"}).content.decode()
    assert "Not sent yet" in html
    assert "Send for approval" in html
    assert not GoodwillRequest.objects.exists()


def test_without_script_the_first_round_checks_and_the_second_sends(client, form_url):
    first = client.post(form_url, values_of(client.get(form_url).content.decode()))
    html = first.content.decode()
    assert (first.status_code, "Give 200 points" in html, "Not sent yet" in html) == (200, True, False)
    second = client.post(form_url, values_of(html))
    assert second.status_code == 302
    assert GoodwillRequest.objects.get().state == "approved"


def test_pressed_twice_it_asks_once(client, form_url):
    given = filled(client, form_url)
    places = {client.post(form_url, given).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert GoodwillRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write how many points."),
        ("many", "Write how many points."),
        ("1e3", "Write how many points."),
        ("-5", "Points are a whole number above 0."),
        ("12.5", "Points are a whole number above 0."),
        ("0", "Points are a whole number above 0."),
        ("😀", "Write how many points."),
        ("9" * 10_240, "That is more than can be given at once."),
        ("x" * 10_240, "Write how many points."),
        ("<b>5</b>", "Write how many points."),
    ],
)
def test_a_bad_amount_is_answered_beside_the_field_and_kept(client, form_url, outside, typed, said):
    values = values_of(client.get(form_url).content.decode(), amount=typed)
    answer = client.post(form_url, values)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert 'id="ask_amount_error" role="alert"' in html
    assert "<b>5</b>" not in html
    shown = re.search(r'name="amount"[^>]* value="([^"]*)"', html)[1]
    assert shown == typed.replace("<", "&lt;").replace(">", "&gt;")
    assert outside.goodwill(customer_id=1) == []
    assert not GoodwillRequest.objects.exists()


def test_a_thousand_with_a_comma_is_a_thousand(client, form_url):
    assert client.post(form_url, filled(client, form_url, amount="1,200")).status_code == 302
    assert GoodwillRequest.objects.get().amount == 1200


def test_each_other_field_says_what_is_wrong_with_it(client, form_url, subtests):
    other = str(Reason.objects.get(needs_words=True).pk)
    for changes, said in (
        ({"reason": ""}, "Choose a reason."),
        ({"reason": "999999"}, "Choose one that is offered."),
        ({"reason": other}, "Say the reason in your own words."),
        ({"comment": "y" * 10_240}, "This is too long. Use at most 1,000 characters. It has 10,240."),
        ({"bill": "z" * 10_240}, "This is too long."),
        ({"comment": "Paid with 4111 1111 1111 1111."}, "This holds the number of a payment card."),
        ({"kind": "coupon", "series": ""}, "Choose a coupon series that is offered."),
        ({"kind": "coupon", "series": "' OR 1=1"}, "Choose one that is offered."),
        ({"kind": "gold"}, "Choose one of those shown."),
    ):
        with subtests.test(said):
            answer = client.post(form_url, filled(client, form_url, **changes))
            assert answer.status_code == 422
            assert said in answer.content.decode()
    assert not GoodwillRequest.objects.exists()
    # All that is wrong at once.
    several = filled(client, form_url, amount="", reason=other, bill="z" * 10_240)
    answer = client.post(form_url, {**several, "reason_words": ""})
    assert set(answer.context["form"].errors) == {"amount", "reason_words", "bill"}


def test_a_coupon_is_asked_for(client, form_url):
    series = CouponSeries.objects.get(outside_id="4103")
    values = filled(client, form_url, kind="coupon", series=str(series.pk), amount="")
    assert values["agreed"].startswith("coupon:1:")
    assert client.post(form_url, values).status_code == 302
    assert GoodwillRequest.objects.get().series == series


def test_a_coupon_is_called_as_capillary_calls_it_and_its_worth_is_shown(client, form_url, outside):
    """Where an administrator named a series otherwise, who asks sees what the customer gets."""
    series = CouponSeries.objects.get(outside_id="4103")
    CouponSeries.objects.filter(pk=series.pk).update(name="Sorry, 10 % off")
    html = client.get(form_url).content.decode()
    nothing_yet = client.post(f"{form_url}check/", values_of(html, kind="coupon", series="")).content.decode()
    assert "Available now" not in nothing_yet
    chosen = values_of(html, kind="coupon", series=str(series.pk), amount="")
    calls = Entry.objects.filter(action="call.sent")
    before = calls.count()
    for _round in range(2):
        shown = client.post(f"{form_url}check/", chosen).content.decode()
        assert "Sorry, 10 % off" in shown
        assert "In Capillary: Goodwill voucher Rs 500, worth 500.00 INR." in shown
    assert calls.count() == before + 1
    cache.clear()
    outside.add_fault(kind="status", path="/v1.1/coupon/series", status=500)
    before = calls.count()
    for _round in range(2):
        shown = client.post(f"{form_url}check/", chosen).content.decode()
        assert "What this series gives cannot be read from Capillary now." in shown
    tried = calls.count() - before
    assert client.post(f"{form_url}check/", chosen).status_code == 200
    # Whoever goes on typing does not ask again at once.
    assert calls.count() == before + tried


def test_the_series_of_the_demo_are_named_as_the_outside_names_them(rules, outside, stores, agent):
    listed = client_for(actor_for(agent, stores.contact_centre)).send(series_call())
    told = {one.id: one.description for one in listed}
    for series in CouponSeries.objects.all():
        assert told[series.outside_id] == series.name


def test_a_likely_duplicate_has_to_be_looked_at(client, form_url, desk):
    first = desk.ask(210)
    values = filled(client, form_url)
    del values["different_matter"]
    preview = client.post(f"{form_url}check/", values).content.decode()
    assert "This may be a duplicate." in preview
    assert first.number in preview
    answer = client.post(form_url, values)
    assert answer.status_code == 409
    assert "tick this and send again" in answer.content.decode()
    assert client.post(form_url, {**values, "different_matter": "on"}).status_code == 302


def test_switched_off_the_button_is_off_and_says_why(client, form_url, desk, administrator):
    values = filled(client, form_url)
    turn_off(
        act="goodwill",
        actor=desk.actor(administrator),
        user=administrator,
        store=None,
        reason="Stock-taking until 18:00.",
    )
    html = client.get(form_url).content.decode()
    assert "Goodwill is switched off: Stock-taking until 18:00." in html
    assert 'aria-disabled="true"' in html
    assert client.post(form_url, values).status_code == 403
    assert not GoodwillRequest.objects.exists()


def test_a_refusal_of_the_outside_keeps_the_form_and_shows_its_code(client, form_url, outside):
    closed = CouponSeries.objects.create(outside_id="4101", name="Not for goodwill")
    values = filled(client, form_url, kind="coupon", series=str(closed.pk), comment="Parcel came late.")
    answer = client.post(form_url, values)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Refused: nothing was given." in html
    assert "9005" in html
    assert "Parcel came late." in html
    token = re.search(r'name="token" value="([^"]*)"', html)[1]
    assert token != values["token"]


def test_no_answer_is_not_known_yet_and_checked_again(client, form_url, outside):
    outside.add_fault(kind="drop_after", path="/v1.1/request/add", count=1)
    answer = client.post(form_url, filled(client, form_url))
    made = GoodwillRequest.objects.get()
    html = client.get(answer["Location"]).content.decode()
    assert "The request was sent and no answer came. The console is checking." in html
    assert "Do not repeat it." in html
    listed = client.get(reverse("operations:unknown")).content.decode()
    assert made.number in listed
    assert client.post(reverse("goodwill:check", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert made.open_act is None
    assert made.state == "approved"
    assert "Everything is known." in client.get(reverse("operations:unknown")).content.decode()


def test_when_the_customer_cannot_be_read_nothing_is_sent_and_the_form_says_so(client, form_url, outside):
    values = filled(client, form_url)
    outside.add_fault(kind="status", path="/v2/customers/*", status=500)
    assert "The customer could not be read." in client.get(form_url).content.decode()
    answer = client.post(form_url, values)
    assert answer.status_code >= 500
    assert "Nothing was sent." in answer.content.decode()
    assert not GoodwillRequest.objects.exists()


def test_what_was_asked_stands_in_the_list_of_recent_customers(client, form_url, desk, agent):
    RecentCustomer.objects.create(user=agent, customer_id=desk.customer_id)
    client.post(form_url, filled(client, form_url, amount="800"))
    assert RecentCustomer.objects.get().last_act == "800 points requested"


def test_my_requests_are_mine_filtered_and_turned(client, client_as, desk, agent, lead, subtests):
    asked = [desk.ask(400) for _ in range(3)]
    desk.ask(301, user=lead)
    withdraw(actor=desk.actor(agent), user=agent, request=asked[0], reason="Solved.")
    html = client.get(reverse("goodwill:mine")).content.decode()
    assert html.count("GR-") >= 3
    assert "301 points" not in html
    withdrawn = client.get(reverse("goodwill:mine"), {"state": "withdrawn"}).content.decode()
    assert asked[0].number in withdrawn
    assert asked[1].number not in withdrawn
    assert client.get(reverse("goodwill:mine"), {"state": "sold"}).status_code == 404
    older = client.get(reverse("goodwill:mine"), {"before": asked[1].pk}).content.decode()
    assert asked[0].number in older
    assert asked[1].number not in older


def test_a_pending_request_is_withdrawn_with_a_reason(client, drawer, desk):
    request = desk.ask(400)
    url = reverse("goodwill:withdraw", args=[request.pk])
    dialog = drawer.get(url).content.decode()
    assert f"Withdraw {request.number}, 400 points" in dialog
    assert "Keep the request" in dialog
    empty = client.post(url, {"words": " "})
    assert empty.status_code == 422
    assert "Say why you withdraw it." in empty.content.decode()
    assert client.post(url, {"words": "Solved by the store."}).status_code == 302
    request.refresh_from_db()
    assert request.state == "withdrawn"
    again = client.post(url, {"words": "Solved by the store."})
    assert again.status_code == 302


def test_a_request_that_was_sent_back_is_answered(client, desk, lead):
    request = desk.ask(400)
    send_back(actor=desk.actor(), user=lead, request=request, reason="Which bill is this for?")
    url = reverse("goodwill:answer", args=[request.pk])
    assert "Which bill is this for?" in client.get(url).content.decode()
    assert "Which bill is this for?" in client.get(reverse("goodwill:mine")).content.decode()
    assert client.post(url, {"words": ""}).status_code == 422
    assert client.post(url, {"words": "INV-20233"}).status_code == 302
    request.refresh_from_db()
    assert request.state == "waiting"
    assert client.post(url, {"words": "INV-20233"}).status_code == 302
    late = client.post(url, {"words": "INV-20234"})
    assert late.status_code == 409
    assert "waits for a decision" in late.content.decode()


def test_somebody_elses_request_is_neither_answered_nor_withdrawn(client_as, desk, lead):
    request = desk.ask(400)
    for name in ("answer", "withdraw"):
        assert client_as(lead).post(reverse(f"goodwill:{name}", args=[request.pk])).status_code == 404


def test_the_page_tells_the_whole_life_and_every_call(client_as, desk, auditor):
    with use_reference(new_reference()):
        request = desk.ask(200)
    page = client_as(auditor).get(reverse("goodwill:request", args=[request.pk])).content.decode()
    for words in ("asked for 200 points", "Capillary has it as", "by policy", request.reference, request.tag):
        assert words in page, words
    assert "Withdraw" not in page
    calls = client_as(auditor, htmx=True).get(reverse("goodwill:calls", args=[request.pk])).content.decode()
    assert "/v1.1/request/add" in calls
    assert "/v1.1/request/approve" in calls
    viewed = Entry.objects.filter(action="goodwill.request.viewed", subject=request.number)
    assert viewed.count() == 2


def test_another_stores_request_is_not_found(client_as, desk, manager):
    request = desk.ask(200)
    for name in ("request", "result"):
        assert client_as(manager).get(reverse(f"goodwill:{name}", args=[request.pk])).status_code == 404


def test_a_person_says_that_it_did_not_take_place(client_as, client, desk, lead, outside):
    outside.add_fault(kind="drop_before", path="/v1.1/request/add", count=1)
    request = desk.ask(200)
    OutsideAct.objects.update(state="person", next_look_at=None)
    url = reverse("goodwill:give_up", args=[request.pk])
    assert client.get(url).status_code == 403
    boss = client_as(lead)
    assert "A person has to look" in boss.get(reverse("goodwill:request", args=[request.pk])).content.decode()
    assert boss.post(url, {"words": ""}).status_code == 422
    assert boss.post(url, {"words": "Not in the list of requests."}).status_code == 302
    request.refresh_from_db()
    assert request.state == "refused"


def test_the_customers_page_shows_what_was_asked_here(client, drawer, desk):
    request = desk.ask(200)
    address = reverse("goodwill:customer_panel", args=[desk.customer_id])
    panel = drawer.get(address).content.decode()
    assert 'id="panel-goodwill_asked"' in panel
    assert request.number in panel
    assert "In 12 months through this console: 200 points in 1 act." in panel
    tab = client.get(reverse("customers:tab", args=[desk.customer_id, "goodwill"])).content.decode()
    assert address in tab
    assert reverse("goodwill:ask", args=[desk.customer_id]) in tab


def test_home_shows_what_is_mine_and_what_is_left(client, desk):
    request = desk.ask(200)
    waiting = desk.ask(400)
    html = client.get("/customers/").content.decode()
    assert f"400 points · <bdi>{waiting.customer_name}</bdi>" in html
    assert request.number not in html
    assert "300 points</b>" in html
    assert "of 500" in html


def test_counters_stand_in_the_navigation(client, client_as, desk, outside, lead):
    desk.ask(400)
    outside.add_fault(kind="drop_before", path="/v1.1/request/add", count=1)
    desk.ask(401)
    items = {one.label: one for one in client.get("/account/").context["navigation"]}
    assert (items["My requests"].count, items["Not known yet"].count) == (2, 1)
    assert items["Not known yet"].tone == "wait"
    others = {one.label: one.count for one in client_as(lead).get("/account/").context["navigation"]}
    assert others["Not known yet"] == 1


def test_every_page_costs_a_fixed_number_of_queries(client, desk, django_assert_max_num_queries):
    rows = [desk.ask(300 + number) for number in range(4)]
    pages = {
        reverse("goodwill:mine"): 12,
        reverse("goodwill:request", args=[rows[0].pk]): 20,
        reverse("goodwill:customer_panel", args=[desk.customer_id]): 12,
    }
    for url, most in pages.items():
        client.get(url)
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


def test_the_form_of_a_customer_nobody_has_is_not_found(client, outside, rules):
    assert client.get(reverse("goodwill:ask", args=[999_999_999])).status_code == 404


def test_a_forged_note_about_the_customer_is_not_believed(client, form_url, desk):
    values = filled(client, form_url, known="forged", token=str(uuid.uuid4()))
    answer = client.post(form_url, values)
    assert answer.status_code == 302
    assert GoodwillRequest.objects.get().amount == Decimal(200)
