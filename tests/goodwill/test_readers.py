"""Who asks may read in another zone and region: what is kept is the same, what is shown is theirs."""

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.core import reader
from apps.goodwill.forms_ask import tidy_amount

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_trail_is_written_the_same_and_the_page_is_the_readers(desk, agent, client_as):
    with reader.read_by("America/Los_Angeles", "en-in"):
        request = desk.ask(120_000)
    request.refresh_from_db()
    assert request.state == "waiting"
    entries = Entry.objects.filter(subject=request.number)
    assert {one.content["details"]["given"] for one in entries} == {"120,000 points"}
    page = reverse("goodwill:request", args=[request.pk])
    assert "120,000 points" in client_as(agent).get(page).content.decode()
    type(agent).objects.filter(pk=agent.pk).update(language="en-in", time_zone="America/Los_Angeles")
    shown = client_as(agent).get(page).content.decode()
    # Beside it the entries are told as they were written.
    assert "1,20,000 points" in shown
    with reader.read_by("America/Los_Angeles", "en-gb"):
        assert f"{reader.local(request.asked_at):%H:%M}" in shown
    assert (tidy_amount("1,20,000"), tidy_amount("1,000"), tidy_amount("1,00")) == ("120000", "1000", "")
