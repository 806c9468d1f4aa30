"""The pages of redeeming: check, code, redeem, what came of it, and everything that can stand in the way."""

import re

import pytest
from django.urls import reverse

from apps.core.context import new_reference, use_reference
from apps.operations.switches import turn_off
from apps.points.models import CodeSending, PointsRules, Redemption
from tests.points.conftest import REDEEM
from tests.support.times import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def url(desk):
    return reverse("points:redeem", args=[desk.customer_id])


@pytest.fixture
def client(client_as, agent):
    return client_as(agent)


@pytest.fixture
def part(client_as, agent):
    return client_as(agent, htmx=True)


def values_of(html, **changes):
    """The form as a browser would send it: what the page holds, and what was typed."""
    fields = re.findall(r'<input[^>]*name="(\w+)"[^>]*?value="([^"]*)"', html)
    values = {name: value for name, value in fields if name not in {"csrfmiddlewaretoken", "q", "back"}}
    return {**values, "mode": values.get("mode") or "code", **changes}


def checked(client, url, points="100", **typed):
    """The page after a check that said yes."""
    first = client.get(url).content.decode()
    values = values_of(first, points=points, **typed)
    return client.post(f"{url}check/", values).content.decode()


def at_the_code(client, url, points="100", **typed):
    """The page on which the code is typed."""
    values = values_of(checked(client, url, points, **typed), points=points, **typed)
    return client.post(f"{url}code/", values).content.decode()


def code_of(outside, desk):
    return outside.last_code(desk.customer_id)["code"]


def test_the_page_shows_the_customer_and_their_points_before_anything_is_typed(client, part, url):
    html = client.get(url).content.decode()
    for words in ("<!DOCTYPE html>", "Redeem points", "points</dd>", "Not verified", "Check", "Steps"):
        assert words in html, words
    answer = part.get(url)
    assert "<!DOCTYPE" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_the_whole_way_redeems_once_and_the_code_is_in_no_page(client, url, outside, desk):
    typed = {"bill": "INV-20611", "purpose": "Shoes", "notes": "At the till"}
    html = checked(client, url, "100", **typed)
    assert "Capillary says these 100 points can be redeemed." in html
    assert "−100" in html
    assert "Send code to •••••• " in html
    html = at_the_code(client, url, "100", **typed)
    assert "Sent at" in html
    assert "Redeem 100 points" in html
    assert 'autocomplete="one-time-code"' in html
    code = code_of(outside, desk)
    values = values_of(html, code=code)
    places = [client.post(f"{url}do/", values).headers["Location"] for _press in range(2)]
    made = Redemption.objects.get()
    assert places == [reverse("points:redemption", args=[made.pk])] * 2
    assert (made.state, made.bill, made.purpose, made.notes) == ("done", "INV-20611", "Shoes", "At the till")
    assert len(outside.requests(path=REDEEM)) == 1
    html = client.get(places[0]).content.decode()
    for words in ("100 points redeemed for", made.outside_id, "New balance", "For the ticket", "Booked"):
        assert words in html, words
    assert f'"{code}"' not in html
    assert "Write the points in digits, such as 250 or 1,200." in checked(client, url, "1,00")


def test_a_check_asks_and_redeems_nothing_and_says_why_not_beside_its_field(client, url, outside):
    first = client.get(url).content.decode()
    answer = client.post(f"{url}check/", values_of(first, points="405", bill="INV-1"))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "405 points cannot be redeemed." in html
    assert 'id="redeem_points_error"' in html
    assert "The points have to be a multiple of 10" in html
    assert "807" in html
    assert 'value="405"' in html
    assert 'value="INV-1"' in html
    assert "Send code to" not in html
    assert not outside.requests(path=REDEEM)


WRONG = (
    ({"points": ""}, "Write how many points."),
    ({"points": "1e3"}, "Write the points in digits, such as 250 or 1,200."),
    ({"points": "9" * 10_240}, "That is more than can be moved at once."),
    ({"points": "<b>5</b>"}, "Write the points in digits, such as 250 or 1,200."),
    ({"points": "-5"}, "Points are a number above 0."),
    ({"points": "12.5"}, "Points of this programme are whole numbers."),
    ({"points": "100", "bill": "z" * 500}, "This is too long."),
    ({"points": "100", "notes": "z" * 10_240}, "This is too long."),
    ({"points": "100", "notes": "Card 4111 1111 1111 1111"}, "This holds the number of a payment card."),
    ({"points": "100", "programme_id": "' OR 1=1"}, "Choose one of the customer&#x27;s programmes."),
    ({"points": "100", "mode": "no_code"}, "Your role redeems with a one-time code only."),
)


def test_what_cannot_be_asked_is_answered_beside_the_field_and_stays(client, url, subtests):
    values = values_of(client.get(url).content.decode())
    for typed, said in WRONG:
        with subtests.test(said):
            answer = client.post(f"{url}check/", {**values, **typed})
            html = answer.content.decode()
            assert answer.status_code in {403, 422}
            assert said in html
            assert "<b>5</b>" not in html
            if answer.status_code == 422:
                # Once, beside its field, and without a reference: there is no entry of what was only mistyped.
                assert html.count(said) == 1
                assert "Not checked." not in html
            kept = re.search(r'name="points"[^>]* value="([^"]*)"', html)[1]
            assert kept == typed["points"].replace("<", "&lt;").replace(">", "&gt;")
    # All that is wrong at once.
    answer = client.post(f"{url}check/", {**values, "points": "", "bill": "z" * 500, "notes": "z" * 10_240})
    assert set(answer.context["form"].errors) == {"points", "bill", "notes"}
    assert not Redemption.objects.exists()


def test_a_wrong_code_is_said_beside_the_code_and_everything_else_stays(client, url, outside, desk):
    html = at_the_code(client, url, bill="INV-7")
    answer = client.post(f"{url}do/", values_of(html, code="7391"))
    html = answer.content.decode()
    assert answer.status_code >= 400
    assert "The one-time code is not right." in html
    assert 'id="redeem_code_error"' in html
    assert "7391" not in html
    assert 'name="bill" value="INV-7"' in html
    again = client.post(f"{url}do/", values_of(html, code=code_of(outside, desk)))
    assert again.status_code == 302
    assert Redemption.objects.filter(state="done").count() == 1


def test_something_else_than_was_checked_is_checked_and_not_sent(client, url, outside):
    html = checked(client, url, "100")
    answer = client.post(f"{url}code/", values_of(html, points="200"))
    html = answer.content.decode()
    assert "Something else was checked before." in html
    assert "Capillary says these 200 points can be redeemed." in html
    assert not CodeSending.objects.exists()
    forged = client.post(f"{url}do/", values_of(html, points="300", code="1234", known="forged"))
    assert "Capillary says these 300 points can be redeemed." in forged.content.decode()
    assert not outside.requests(path=REDEEM)


def test_a_code_is_sent_again_only_after_the_timer_and_the_page_says_when(client, url):
    html = at_the_code(client, url)
    assert re.search(r"Send again, from \d\d:\d\d:\d\d on", html)
    early = client.post(f"{url}code/", values_of(html))
    assert early.status_code == 409
    assert "It can be sent again in" in early.content.decode()
    assert "Code read out by the customer" in early.content.decode()
    CodeSending.objects.update(at=LONG_AGO)
    assert client.post(f"{url}code/", values_of(html)).status_code == 200
    assert CodeSending.objects.count() == 2


def test_a_code_sent_on_another_page_is_typed_on_this_one(client, url, outside, desk):
    at_the_code(client, url)
    html = checked(client, url)
    early = client.post(f"{url}code/", values_of(html, points="100"))
    html = early.content.decode()
    assert early.status_code == 409
    for words in (
        "The code sent before is the one to enter.",
        "Code read out by the customer",
        "Send again, from",
    ):
        assert words in html, words
    assert "No code was sent." not in html
    assert client.post(f"{url}do/", values_of(html, code=code_of(outside, desk))).status_code == 302
    assert CodeSending.objects.count() == 1


def test_a_code_for_other_points_is_not_the_one_to_enter(client, url):
    at_the_code(client, url)
    html = checked(client, url, "200")
    html = client.post(f"{url}code/", values_of(html, points="200")).content.decode()
    assert "No code was sent." in html
    assert "Code read out by the customer" not in html


def test_what_is_longer_than_any_code_is_not_tried_outside(client, url, outside):
    html = at_the_code(client, url)
    answer = client.post(f"{url}do/", values_of(html, code="x" * 40))
    assert answer.status_code == 422
    assert "It was not sent." in answer.content.decode()
    assert not outside.requests(path=REDEEM)


def test_programmes_have_their_names_before_anything_is_checked(client, outside):
    several = reverse("points:redeem", args=[outside.characters["everything"]["id"]])
    html = client.get(several).content.decode()
    assert "Maple Rewards," in html
    assert "<dt>Available</dt>" not in html


def test_more_than_may_be_redeemed_at_once_sends_nobody_to_the_redemptions(client, url):
    html = checked(client, url, "2000")
    assert "This is more than may be redeemed at once. Enter fewer points." in html
    assert "could not be told" not in html


def test_back_shows_the_first_step_with_what_was_typed_and_asks_nobody(client, url, outside):
    html = at_the_code(client, url, bill="INV-9", notes="By phone")
    before = len(outside.requests())
    html = client.post(f"{url}check/", {**values_of(html), "back": "1"}).content.decode()
    assert len(outside.requests()) == before
    assert 'value="INV-9"' in html
    assert 'value="By phone"' in html
    assert "Send code to" in html


def test_what_stands_in_the_way_is_said_before_anything_is_typed(client, url, desk, administrator, outside):
    html = at_the_code(client, url)
    outside.add_fault(kind="drop_after", path=REDEEM, count=1)
    answer = client.post(f"{url}do/", values_of(html, code=code_of(outside, desk)))
    made = Redemption.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert "Not known yet: the console is checking" in page
    assert "Do not repeat this redemption." in page
    assert "result/?was=unknown" in page
    blocked = client.get(url).content.decode()
    assert f"{made.number} is not known yet." in blocked
    assert 'aria-disabled="true"' in blocked
    assert client.post(reverse("points:redemption_check", args=[made.pk])).status_code == 302
    assert Redemption.objects.get().state == "done"
    turn_off(
        act="redeem", actor=desk.actor(administrator), user=administrator, store=None, reason="Stock-taking."
    )
    assert "Stock-taking." in client.get(url).content.decode()


def test_a_page_that_waits_for_another_redemption_goes_on_by_itself(client, part, url, desk, outside):
    values = values_of(client.get(url).content.decode(), points="70", watch="1")
    outside.add_fault(kind="drop_after", path=REDEEM, count=1)
    act = desk.redeem(100)
    blocked = client.get(url).content.decode()
    assert f"{act.number} is not known yet." in blocked
    assert 'hx-vals=\'{"watch": "1"}\'' in blocked
    assert part.post(f"{url}check/", values).status_code == 204
    desk.settle()
    html = part.post(f"{url}check/", values).content.decode()
    assert "is not known yet." not in html
    assert 'value="70"' in html


def test_the_result_fragment_ends_looking_and_reloads_the_page_when_it_is_known(client, part, desk, outside):
    act = desk.redeem(100)
    address = reverse("points:redemption_result", args=[act.pk])
    waiting = part.get(address, {"was": "booked", "times": "0"}).content.decode()
    assert "times=1" in waiting
    ended = part.get(address, {"was": "booked", "times": "11"}).content.decode()
    assert "hx-get" not in ended
    assert "Look again" in ended
    desk.prove()
    assert part.get(address, {"was": "booked", "times": "1"})["HX-Refresh"] == "true"
    assert "<!DOCTYPE html>" in client.get(address).content.decode()


def test_when_the_outside_is_ill_nothing_is_sent_and_the_form_stays(client, url, outside):
    values = values_of(client.get(url).content.decode(), points="100", bill="INV-3")
    outside.add_fault(kind="status", path="/v2/customers/*", status=500)
    assert "The customer could not be read." in client.get(url).content.decode()
    answer = client.post(f"{url}check/", values)
    assert answer.status_code >= 500
    html = answer.content.decode()
    assert "Not checked." in html
    assert 'value="INV-3"' in html
    assert not Redemption.objects.exists()


def test_other_ways_only_for_the_roles_the_rules_name(client, url, outside):
    assert "Without a code" not in client.get(url).content.decode()
    PointsRules.objects.update(skip_code_roles=["agent"], redeem_level="number_matched")
    html = client.get(url).content.decode()
    assert "Without a code" in html
    html = client.post(f"{url}check/", {**values_of(html, points="100"), "mode": "no_code"}).content.decode()
    assert "The caller has to be verified first." in html
    assert "Number matched" in html
    forged = client.post(f"{url}do/", {**values_of(html, points="100"), "mode": "no_code"})
    assert forged.status_code == 403
    PointsRules.objects.update(redeem_level="")
    done = client.post(f"{url}do/", {**values_of(html, points="100"), "mode": "no_code"})
    assert done.status_code == 302
    assert Redemption.objects.get().mode == "no_code"


def test_the_redemption_is_read_by_the_store_and_auditors_and_by_nobody_else(
    client_as, desk, lead, auditor, other_manager
):
    with use_reference(new_reference()):
        act = desk.redeem(100)
    here = reverse("points:redemption", args=[act.pk])
    assert client_as(lead).get(here).status_code == 200
    assert client_as(other_manager).get(here).status_code == 404
    html = client_as(auditor).get(here).content.decode()
    assert act.reference in html
    assert "Check again" not in html
    calls = client_as(auditor, htmx=True).get(reverse("points:redemption_calls", args=[act.pk]))
    assert REDEEM in calls.content.decode()


def test_a_merged_customer_leads_to_the_account_that_is_left(client, outside):
    merged = outside.characters["merged"]["id"]
    answer = client.get(reverse("points:redeem", args=[merged]))
    assert answer["Location"] == reverse("customers:customer", args=[merged])


def test_signed_out_it_asks_to_sign_in(client_as, url):
    assert "/sign-in/" in client_as().get(url)["Location"]
    assert "/sign-in/" in client_as(htmx=True).post(f"{url}do/")["HX-Redirect"]


def test_the_pages_cost_what_they_cost(client, url, desk, django_assert_max_num_queries):
    act = desk.redeem(100)
    client.get(url)
    with django_assert_max_num_queries(26):
        client.get(url)
    with django_assert_max_num_queries(7):
        client.get(reverse("points:redemption", args=[act.pk]))
