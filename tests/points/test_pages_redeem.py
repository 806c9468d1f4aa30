"""The pages of redeeming: check, code, redeem, what came of it, and everything that can stand in the way."""

import re

import pytest
from django.urls import reverse

from apps.points.models import Redemption
from tests.points.conftest import REDEEM

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
    html = checked(client, url, "1,00", **typed)
    assert "Points" in html
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
