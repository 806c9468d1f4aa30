"""The pages of reversing: the dialog, the second person, the queue, and what a person does with an open act."""

import re

import pytest
from django.urls import reverse

from apps.core.context import new_reference, use_reference
from apps.operations.switches import turn_off
from apps.points.models import Redemption, Reversal
from tests.points.conftest import REDEEM, REVERSE, again
from tests.support.times import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(client_as, agent):
    return client_as(agent)


@pytest.fixture
def dialog(client_as, agent):
    return client_as(agent, htmx=True)


@pytest.fixture
def deciding(client_as, lead):
    return client_as(lead)


@pytest.fixture
def redeemed(desk):
    """``redeemed(150)``: a redemption of so many points, and the address of its reversal."""

    def take(points=150):
        act = desk.redeem(points)
        return act, reverse("points:reverse", args=[desk.customer_id, act.listed_id])

    return take


def values_of(html, **changes):
    """The form as a browser would send it."""
    fields = re.findall(r'<input[^>]*name="(\w+)"[^>]*?value="([^"]*)"', html)
    values = {name: value for name, value in fields if name not in {"csrfmiddlewaretoken", "q"}}
    return {**values, "reason": "returned", **changes}


def test_the_dialog_names_act_amount_and_redemption_and_what_follows(client, dialog, redeemed):
    act, url = redeemed(150)
    html = dialog.get(url).content.decode()
    for words in (
        "Reverse <span data-points-words>150 points</span> of redemption",
        act.listed_id,
        "of 150",
        "+150",
        "This cannot be undone.",
        "Keep the redemption",
        "btn-danger",
    ):
        assert words in html, words
    assert "<!DOCTYPE" not in html
    assert "<!DOCTYPE html>" in client.get(url).content.decode()


def test_alone_the_points_go_back_at_once_and_the_page_shows_id_and_proof(client, desk, redeemed, outside):
    _act, url = redeemed(150)
    values = values_of(client.get(url).content.decode())
    places = {client.post(url, values).headers["Location"] for _press in range(2)}
    made = Reversal.objects.get()
    assert places == {reverse("points:reversal", args=[made.pk])}
    assert (made.state, made.reason) == ("done", "Item returned")
    assert len(outside.requests(path=REVERSE)) == 1
    html = client.get(places.pop()).content.decode()
    for words in ("150 points given back to", "Reversal id", made.outside_id, "Booked"):
        assert words in html, words
    desk.prove()
    assert (
        "Capillary&#x27;s books show it since"
        in client.get(reverse("points:reversal", args=[made.pk])).content.decode()
    )


def test_another_number_than_the_button_names_is_named_before_it_moves(client, redeemed, outside):
    _act, url = redeemed(150)
    values = values_of(client.get(url).content.decode(), points="40")
    html = client.post(url, values).content.decode()
    assert "The button now reads “Reverse 40 points”." in html
    assert not Reversal.objects.exists()
    assert client.post(url, values_of(html, points="40")).status_code == 302
    assert Reversal.objects.get().points == 40
    left = client.get(url).content.decode()
    assert "of 110" in left
    assert "1 reversal so far" in left


def test_the_note_says_when_it_is_needed_and_the_redemption_leads_here(client, client_as, auditor, redeemed):
    act, url = redeemed(150)
    html = client.get(url).content.decode()
    assert "Needed with “Other”; with the other reasons it may stay empty." in html
    assert "optional" not in html.split('name="words"', 1)[0].rsplit("<label", 1)[1]
    page = reverse("points:redemption", args=[act.pk])
    assert f'href="{url}"' in client.get(page).content.decode()
    assert f'href="{url}"' not in client_as(auditor).get(page).content.decode()


def test_each_field_says_what_is_wrong_with_it_and_keeps_it(client, redeemed, outside, subtests):
    _act, url = redeemed(150)
    values = values_of(client.get(url).content.decode())
    before = len(outside.requests())
    for typed, said in (
        ({"points": ""}, "Write how many points."),
        ({"points": "many"}, "Write the points in digits, such as 250 or 1,200."),
        ({"points": "0"}, "Points are a number above 0."),
        ({"points": "1.2345"}, "Points of this programme have at most 3 decimal places."),
        ({"reason": ""}, "Choose a reason."),
        ({"reason": "sold"}, "Choose a reason."),
        ({"reason": "other"}, "Say why in a note."),
        ({"reason": "bill", "words": "Card 4111 1111 1111 1111"}, "This holds the number of a payment card."),
    ):
        with subtests.test(said):
            answer = client.post(url, {**values, **typed})
            html = answer.content.decode()
            assert answer.status_code == 422
            assert html.count(said) >= 1
            assert "Nothing was given back." not in html
            if "points" in typed:
                assert f'value="{typed["points"]}"' in html
    assert len(outside.requests()) == before
    # More than remains only the outside can tell: it is read, and nothing is sent.
    answer = client.post(url, {**values, "points": "151"})
    assert (answer.status_code, Reversal.objects.count()) == (422, 0)
    assert "Only 150 points of this redemption remain." in answer.content.decode()


def test_too_many_and_no_reason_are_both_said_and_nothing_is_named_that_cannot_be(client, redeemed, outside):
    _act, url = redeemed(150)
    values = values_of(client.get(url).content.decode())
    before = len(outside.requests())
    html = client.post(url, {**values, "points": "400", "reason": ""}).content.decode()
    for words in ("Only 150 points of this redemption remain.", "Choose a reason.", 'value="400"'):
        assert words in html, words
    assert "Reverse 400" not in html
    assert "<span data-points-words>150 points</span>" in html
    assert len(outside.requests()) == before


def test_above_the_limit_it_waits_and_a_second_person_approves_from_the_queue(
    client, client_as, deciding, desk, redeemed, outside, lead
):
    act, url = redeemed(300)
    html = client.get(url).content.decode()
    assert "Somebody else approves it first; until then nothing moves." in html
    assert "More than 200 points are given back." in html
    place = client.post(url, values_of(html)).headers["Location"]
    made = Reversal.objects.get()
    assert made.state == "waiting"
    assert not outside.requests(path=REVERSE)
    own = client.get(place).content.decode()
    assert "Nothing is given back before somebody else approves it." in own
    assert "Withdraw" in own
    assert "Look and approve" not in own
    assert made.number in client.get(reverse("points:reversals")).content.decode()
    assert place in client.get(reverse("customers:lookup")).content.decode()
    assert f"{made.number} of this redemption is not decided" in client.get(url).content.decode()
    queue = deciding.get(reverse("points:reversals")).content.decode()
    assert "1 waits for you." in queue
    approve = reverse("points:reversal_approve", args=[made.pk])
    asked = client_as(lead, htmx=True).get(approve).content.decode()
    assert f"Reverse 300 points of redemption {act.listed_id} for" in asked
    assert "Remaining now" in asked
    seen = re.search(r'name="seen" value="([^"]+)"', asked)[1]
    answer = deciding.post(approve, {"seen": seen, "words": "Seen the bill."})
    assert answer["Location"] == reverse("points:reversals")
    assert (again(made).state, again(made).decision_reason) == ("done", "Seen the bill.")
    assert client.get(reverse("points:reversal_approve", args=[made.pk])).status_code == 403


def test_what_changed_since_it_was_asked_has_to_be_seen_first(client, deciding, redeemed, outside):
    act, url = redeemed(300)
    client.post(url, values_of(client.get(url).content.decode(), points="300"))
    made = Reversal.objects.get()
    approve = reverse("points:reversal_approve", args=[made.pk])
    outside.reverse_elsewhere(act.listed_id, 50)
    answer = deciding.post(approve, {"seen": "", "words": ""})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Only 250 points of this redemption remain." in html
    assert "50 points given back already" in html
    assert again(made).state == "waiting"
    reject = reverse("points:reversal_reject", args=[made.pk])
    empty = deciding.post(reject, {"words": " "})
    assert empty.status_code == 422
    assert "Say why you reject it." in empty.content.decode()
    assert deciding.post(reject, {"words": "Ask anew for 250."}).status_code == 302
    page = client.get(reverse("points:reversal", args=[made.pk])).content.decode()
    assert "rejected it: “Ask anew for 250.”" in page
    start = client.get(reverse("customers:lookup")).content.decode()
    assert "rejected it: “Ask anew for 250.”" in start
    assert f"{made.number} was rejected, nothing was given back: 300 points." in start
    Reversal.objects.update(decided_at=LONG_AGO)
    assert "My reversals" not in client.get(reverse("customers:lookup")).content.decode()


def test_whoever_asked_withdraws_and_nobody_else(client, deciding, redeemed):
    _act, url = redeemed(300)
    client.post(url, values_of(client.get(url).content.decode()))
    made = Reversal.objects.get()
    withdraw = reverse("points:reversal_withdraw", args=[made.pk])
    assert "Keep waiting" in client.get(withdraw).content.decode()
    other = deciding.post(withdraw, {"words": ""})
    assert other.status_code == 403
    assert client.post(withdraw, {"words": ""}).status_code == 302
    assert again(made).state == "withdrawn"
    assert client.post(withdraw, {"words": ""}).status_code == 302


def test_no_answer_is_not_known_yet_and_looking_again_settles_it(client, redeemed, outside):
    _act, url = redeemed(150)
    outside.add_fault(kind="drop_after", path=REVERSE, count=1)
    place = client.post(url, values_of(client.get(url).content.decode())).headers["Location"]
    made = Reversal.objects.get()
    assert "Do not repeat this reversal." in client.get(place).content.decode()
    assert client.post(reverse("points:reversal_check", args=[made.pk])).status_code == 302
    assert again(made).state == "done"
    assert len(outside.requests(path=REVERSE)) == 1


def test_what_cannot_be_told_apart_is_shown_with_both_sides_and_somebody_else_decides(
    client, client_as, deciding, desk, outside, lead
):
    wanted = desk.wanted(100)
    code = desk.code(wanted)
    outside.add_fault(kind="drop_before", path=REDEEM, count=1)
    outside.redeem_elsewhere(desk.customer_id, 100, till=desk.store.till_code)
    outside.redeem_elsewhere(desk.customer_id, 100, till=desk.store.till_code)
    made = desk.send_in(wanted, code)
    desk.settle()
    assert again(made).state == "person"
    here = reverse("points:redemption", args=[made.pk])
    own = client.get(here).content.decode()
    assert "A person has to look" in own
    assert "This is it" not in own
    html = deciding.get(here).content.decode()
    rows = re.findall(r"it-is/\?row=(\d+)\"", html)
    assert len(set(rows)) == 2
    assert "What was sent, and what Capillary lists" in html
    it_is = reverse("points:redemption_it_is", args=[made.pk])
    asked = client_as(lead, htmx=True).get(it_is, {"row": rows[0]}).content.decode()
    assert f"it is {rows[0]}" in asked
    unsaid = deciding.post(it_is, {"row": rows[0], "words": ""})
    assert unsaid.status_code == 422
    assert "Say how you know." in unsaid.content.decode()
    assert deciding.post(it_is, {"row": "1", "words": "The till says so."}).status_code == 422
    give_up = reverse("points:redemption_give_up", args=[made.pk])
    assert "It did not take place" in deciding.get(give_up).content.decode()
    assert deciding.post(give_up, {"words": "The till has no such bill."}).status_code == 302
    assert Redemption.objects.get().state == "not_done"


def test_the_reversal_is_read_by_its_stores_and_auditors(
    client, client_as, redeemed, lead, auditor, other_manager
):
    with use_reference(new_reference()):
        _act, url = redeemed(150)
        place = client.post(url, values_of(client.get(url).content.decode())).headers["Location"]
    made = Reversal.objects.get()
    assert client_as(lead).get(place).status_code == 200
    assert client_as(other_manager).get(place).status_code == 404
    assert made.outside_id in client_as(auditor).get(place).content.decode()
    calls = client_as(auditor, htmx=True).get(reverse("points:reversal_calls", args=[made.pk]))
    assert REVERSE in calls.content.decode()


def test_off_says_why_and_the_pages_cost_what_they_cost(
    client, desk, redeemed, administrator, django_assert_max_num_queries
):
    _act, url = redeemed(300)
    client.post(url, values_of(client.get(url).content.decode()))
    with django_assert_max_num_queries(7):
        client.get(reverse("points:reversals"))
    turn_off(
        act="reverse", actor=desk.actor(administrator), user=administrator, store=None, reason="Stock-taking."
    )
    answer = client.get(url)
    assert answer.status_code == 403
    assert "Reversing redemptions is switched off: Stock-taking." in answer.content.decode()
