"""Saved views: kept without identifiers, shared or not, changed and deleted by their owner, each an entry."""

import pytest
from django.db import connection
from django.urls import reverse

from apps.audit import saved
from apps.audit.models import Entry, SavedView
from apps.audit.services import record
from tests.audit.conftest import EMAIL, MOBILE

pytestmark = pytest.mark.django_db
TRAIL = "/trail/"


def save(client, query, **values):
    return client.post(f"{reverse('audit:view_save')}?{query}", {"name": "Refusals of 012", **values})


def actions():
    written = Entry.objects.filter(action__startswith="trail.view.").order_by("id")
    return list(written.values_list("action", flat=True))


def test_a_view_is_saved_chosen_shared_renamed_and_deleted(client_as, auditor, administrator):
    client = client_as(auditor)
    page = client.get(TRAIL, {"store": "012", "outcome": "refused", "before": "99"})
    assert page.context["save_url"] in page.content.decode().replace("&amp;", "&")
    answer = client.get(page.context["save_url"])
    assert [one["value"] for one in answer.context["tokens"]] == ["012", "Refused"]
    answer = client.post(page.context["save_url"], {"name": "Refusals of 012"})
    assert answer["Location"] == f"{TRAIL}?store=012&outcome=refused"
    again = client.get(answer["Location"])
    assert "save_url" not in again.context
    listed = again.context["views"]
    assert listed == [{"label": "Refusals of 012", "url": answer["Location"], "current": True}]
    assert client_as(administrator).get(TRAIL).context["views"] == []

    view = SavedView.objects.get()
    change = reverse("audit:view_change", args=[view.pk])
    assert client.post(change, {"name": "Refused in 012", "shared": "on"}).status_code == 302
    shown = client_as(administrator).get(TRAIL).context["views"]
    assert [one["label"] for one in shown] == ["Refused in 012"]
    page = client_as(administrator).get(reverse("audit:views")).content.decode()
    assert "Lena Fischer" in page
    assert change not in page
    asked = client.get(reverse("audit:view_delete", args=[view.pk])).content.decode()
    assert "gone for everybody who reads the trail" in asked
    assert client.post(change, {"name": "Refused in 012"}).status_code == 302
    asked = client.get(reverse("audit:view_delete", args=[view.pk])).content.decode()
    assert "gone for everybody" not in asked
    assert client.post(reverse("audit:view_delete", args=[view.pk])).status_code == 302
    assert not SavedView.objects.exists()
    assert actions() == [f"trail.view.{one}" for one in ("saved", "changed", "shared", "unshared", "deleted")]
    renamed = Entry.objects.get(action="trail.view.changed")
    assert renamed.content["details"] == {"changed": {"name": ["Refusals of 012", "Refused in 012"]}}


def test_sharing_at_once_is_told(client_as, auditor):
    save(client_as(auditor), "store=012", shared="on")
    assert actions() == ["trail.view.saved", "trail.view.shared"]
    assert "store: 012" in Entry.objects.get(action="trail.view.saved").content["details"]["filters"]


@pytest.mark.parametrize("typed", [EMAIL, MOBILE])
def test_a_view_never_holds_a_full_identifier(typed, client_as, auditor):
    client = client_as(auditor)
    url = f"{reverse('audit:view_save')}"
    page = client.get(url, {"customer": typed})
    assert typed not in page.context["here"] + page.context["back"] + page.content.decode()
    assert client.post(page.context["here"], {"name": "One customer"}).status_code == 302
    view = SavedView.objects.get()
    assert typed not in view.query
    assert "5550" not in view.query
    found = client.get(f"{TRAIL}?{view.query}")
    assert found.status_code == 200
    assert typed not in bytes(Entry.objects.get(action="trail.view.saved").payload).decode()


@pytest.mark.parametrize(
    "values",
    [
        {"subject": MOBILE},
        {"subject": EMAIL},
        {"store": "+915550004417"},
        {"text": f"call {MOBILE}"},
        {"text": f"from {EMAIL}"},
    ],
)
def test_what_may_be_an_identifier_elsewhere_is_refused(values, client_as, auditor):
    page = client_as(auditor).get(reverse("audit:view_save"), values)
    answer = client_as(auditor).post(page.context["here"], {"name": "x"})
    assert answer.status_code == 422
    assert "no full address or number" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_a_person_named_by_address_is_kept_by_their_number(client_as, auditor, agent):
    assert save(client_as(auditor), f"person={agent.email}").status_code == 302
    assert SavedView.objects.get().query == f"person={agent.pk}"
    # The entry says whom the view keeps, not how they were typed.
    assert (
        Entry.objects.get(action="trail.view.saved").content["details"]["filters"] == f"actor: {agent.name}"
    )


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("", "Everything", "Filter the trail first"),
        ("outcome=nonsense", "Bad", "Filter the trail first"),
        ("store=012", " ", "Give the view a name"),
        ("store=012", "x" * 81, "at most 80"),
        ("store=012", f"Calls of {MOBILE}", "out of the name"),
        ("store=012", "Taken", "with this name already"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(query, name, words, client_as, auditor):
    SavedView.objects.create(owner=auditor, name="Taken", query="store=007")
    answer = save(client_as(auditor), query, name=name)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert SavedView.objects.count() == 1
    assert actions() == []


def test_the_number_of_views_of_a_person_is_bounded(client_as, auditor):
    for number in range(saved.MOST_OWN):
        SavedView.objects.create(owner=auditor, name=f"View {number}", query="store=007")
    answer = save(client_as(auditor), "store=012")
    assert answer.status_code == 422
    assert "30 views already" in answer.content.decode()


@pytest.mark.parametrize("shared", [True, False])
def test_nobody_changes_or_deletes_anothers_view(shared, client_as, auditor, administrator):
    view = SavedView.objects.create(owner=auditor, name="Mine", query="store=007", shared=shared)
    other = client_as(administrator)
    assert other.get(reverse("audit:view_change", args=[view.pk])).status_code == 404
    assert other.post(reverse("audit:view_change", args=[view.pk]), {"name": "Theirs"}).status_code == 404
    assert other.post(reverse("audit:view_delete", args=[view.pk])).status_code == 404
    assert SavedView.objects.get().name == "Mine"


def test_in_the_dialog_a_mistake_comes_back_and_success_moves_the_page(client_as, auditor):
    client = client_as(auditor, htmx=True)
    opened = client.get(f"{reverse('audit:view_save')}?store=012")
    assert b'id="dialog-title"' in opened.content
    assert b"<html" not in opened.content
    assert save(client, "store=012", name="").status_code == 422
    assert save(client, "store=012")["HX-Redirect"] == f"{TRAIL}?store=012"


def test_a_view_that_no_longer_fits_is_listed_and_says_what_is_wrong(client_as, auditor, asha):
    record("trail.viewed", actor=asha, details={"filters": "everything"})
    view = SavedView.objects.create(owner=auditor, name="Old", query="action=gone.act")
    client = client_as(auditor)
    assert client.get(reverse("audit:views")).status_code == 200
    assert client.get(f"{TRAIL}?{view.query}").status_code == 422


def test_a_trail_that_cannot_be_written_loses_no_name(client_as, auditor):
    client = client_as(auditor, htmx=True)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")
    answer = save(client, "store=012", name="Kept")
    assert answer.status_code == 503
    assert "cannot be written at the moment" in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()
    assert not SavedView.objects.exists()
