"""The pages of reversing: the dialog, the second person, the queue, and what a person does with an open act."""

import re

import pytest
from django.urls import reverse

from apps.points.models import Reversal
from tests.points.conftest import LIST, REVERSE, again

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
    assert "Capillary&#x27;s books show it since" in client.get(reverse("points:reversal", args=[made.pk])).content.decode()
