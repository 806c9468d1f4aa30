"""Every refusal leaves one entry, and the answer is in words."""

import json

import pytest

from apps.audit.models import Entry


@pytest.mark.parametrize("htmx", [False, True])
def test_a_missing_permission_is_refused_and_leaves_one_entry(client_as, agent, htmx):
    answer = client_as(agent, htmx=htmx).get("/people/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Your role does not include this" in page
    assert ("<html" in page) is not htmx
    entry = Entry.objects.get()
    assert (entry.action, entry.outcome, entry.actor_name) == ("staff.refused", "refused", "Asha Verma")
    assert json.loads(bytes(entry.payload))["details"] == {
        "view": "staff:people",
        "permission": "staff.view_people",
        "method": "GET",
    }
    assert entry.reference == answer["X-Reference"]
    assert entry.reference in page


def test_a_refusal_stays_one_when_the_trail_cannot_be_written(client_as, agent, broken_trail):
    assert client_as(agent).get("/people/").status_code == 403


def test_signed_out_htmx_moves_the_whole_page(client_as):
    answer = client_as(htmx=True).get("/people/", headers={"HX-Current-URL": "http://testserver/stores/"})
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fstores%2F"
    assert not answer.content
