"""Every refusal leaves one entry, and the answer is in words."""

import json

import pytest

from apps.audit.models import Entry
from apps.audit.narrative import plain_sentence
from apps.staff.page_names import page_in_words


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


def test_a_refusal_is_told_in_words_of_the_console(client_as, agent, administrator):
    client_as(agent).get("/people/")
    client_as(agent).get("/trail/")
    client_as(administrator).get("/customers/4417/")
    told = [plain_sentence(one) for one in Entry.objects.filter(action="staff.refused").order_by("pk")]
    assert told == [
        "Asha Verma (CC) was refused: People, which takes “See people and stores”.",
        "Asha Verma (CC) was refused: Audit trail, which takes “Read the audit trail”.",
        "Imran Qureshi (Administrator) was refused: A customer's page, which takes "
        "“Look up customers and see them, masked”.",
    ]


def test_every_page_has_a_name_in_words():
    from django.urls import URLPattern, URLResolver, get_resolver

    def names(patterns, space=""):
        for one in patterns:
            if isinstance(one, URLResolver):
                inside = f"{space}{one.namespace}:" if one.namespace else space
                yield from names(one.url_patterns, inside)
            elif isinstance(one, URLPattern) and one.name:
                yield f"{space}{one.name}"

    found = [one for one in names(get_resolver().url_patterns) if ":" in one]
    assert len(found) > 200
    assert not [one for one in found if ":" in page_in_words(one) or "_" in page_in_words(one)]
