"""An administrator makes and revokes keys for programs; the key is shown once."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry
from apps.staff.backends import RoleBackend
from apps.staff.models import ApiKey

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


def typed(**changes):
    last_day = timezone.localdate() + timedelta(days=30)
    return {"name": "SIEM", "scopes": ["trail"], "last_day": last_day.isoformat()} | changes


def test_a_key_is_made_shown_once_and_opens_the_api(desk, client):
    usual = timezone.localdate() + timedelta(days=90)
    assert f'value="{usual.isoformat()}"' in desk.get(reverse("staff:api_key_new")).content.decode()
    page = desk.post(reverse("staff:api_key_new"), typed()).content.decode()
    text = re.search(r"lc_[0-9a-f]{8}_[\w-]{43}", page)[0]
    assert text not in desk.get(reverse("staff:api_keys")).content.decode()
    answer = client.get(reverse("trail_api:keys"), headers={"authorization": f"Bearer {text}"})
    assert answer.status_code == 200
    entry = Entry.objects.get(action="api.key_made")
    assert entry.content["details"]["scopes"] == "trail"
    assert text.split("_", 2)[2] not in bytes(entry.payload).decode()
    assert "Never" not in desk.get(reverse("staff:api_keys")).content.decode()


def test_making_a_key_asks_again_who_is_there(desk, settings):
    settings.CONSOLE_PROOF_MINUTES = 0
    several = typed(scopes=["customers", "notes"])
    page = desk.post(reverse("staff:api_key_new"), several).content.decode()
    assert not ApiKey.objects.exists()
    # What was chosen is carried along, every box of it.
    assert page.count('name="scopes"') == 2


def test_a_page_that_is_sent_twice_makes_one_key_and_shows_it_still(desk, administrator):
    form = desk.get(reverse("staff:api_key_new")).context["form"]
    values = typed(once=form["once"].value())
    first = desk.post(reverse("staff:api_key_new"), values).content.decode()
    [shown] = re.findall(r"lc_[0-9a-f]{8}_[\w-]{43}(?=</code>)", first)
    assert shown in desk.post(reverse("staff:api_key_new"), values).content.decode()
    elsewhere = Client()
    elsewhere.force_login(administrator)
    assert (
        "was made already"
        in elsewhere.post(reverse("staff:api_key_new"), values, follow=True).content.decode()
    )
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Say which program it is for."),
        ({"scopes": []}, "Choose what the program may do."),
        ({"scopes": ["points"]}, "points"),
        ({"scopes": ["goodwill_ask"]}, "Choose the stores the program may act in."),
        ({"scopes": ["trail", "customers"]}, "A program that reads the trail does nothing else"),
        ({"stores": ["999999"]}, "Choose among the stores shown."),
        ({"last_day": ""}, "Write the last day"),
        ({"last_day": "soon"}, "Write a day such as"),
        ({"last_day": "2020-01-01"}, "within a year"),
        ({"last_day": "2999-01-01"}, "within a year"),
    ],
)
def test_bad_input_is_told_beside_the_field_and_kept(desk, changes, words):
    answer = desk.post(reverse("staff:api_key_new"), typed(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    if "name" not in changes:
        assert 'value="SIEM"' in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_a_key_that_acts_has_an_account_in_its_stores_and_no_page_of_people_shows_it(desk, stores):
    new = desk.get(reverse("staff:api_key_new")).content.decode()
    assert (
        new.index("Customers</legend>")
        < new.index("Goodwill</legend>")
        < new.index("The audit trail</legend>")
    )
    assert "It moves points without anybody pressing a button." in new
    places = [stores.store_12.pk, stores.store_07.pk]
    desk.post(reverse("staff:api_key_new"), typed(name="Shop", scopes=["points_redeem"], stores=places))
    account = ApiKey.objects.get().service
    assert {one.given_by_name for one in account.memberships.all()} == {"Imran Qureshi"}
    assert {(one.role, one.store_id) for one in account.memberships.all()} == {("agent", pk) for pk in places}
    assert account.responsible.name == "Imran Qureshi"
    listed = desk.get(reverse("staff:api_keys")).content.decode()
    assert "Redeem points, with a one-time code" in listed
    assert "Store 07" in listed
    assert Entry.objects.get(action="api.key_made").content["details"]["stores"] == "007, 012"
    assert "Program Shop" not in desk.get(reverse("staff:people")).content.decode()
    assert desk.get(reverse("staff:person", args=[account.pk])).status_code == 404
    # Not even with a password, wherever that came from, nor by a session that is said to be theirs.
    account.set_password("a long enough one")
    account.save()
    assert RoleBackend().authenticate(None, account.email, "a long enough one") is None
    assert RoleBackend().get_user(account.pk) is None


def test_revoking_is_an_entry_once(desk):
    desk.post(reverse("staff:api_key_new"), typed())
    key = ApiKey.objects.get()
    assert "cannot be taken back" in desk.get(reverse("staff:api_key_ask", args=[key.pk])).content.decode()
    assert ApiKey.objects.get().works
    for _ in range(2):
        page = desk.post(reverse("staff:api_key_revoke", args=[key.pk]), follow=True).content.decode()
        assert "Revoked" in page
    assert Entry.objects.filter(action="api.key_revoked").count() == 1


def test_the_page_lists_every_call_and_serves_the_document(desk):
    page = desk.get(reverse("staff:api")).content.decode()
    assert "GET /api/v1/trail/entries/{entry_id}/proof/" in page
    assert desk.get(reverse("staff:api_document")).json()["info"]["title"] == "Loyalty Console"


def test_auditors_read_which_keys_there_are_and_change_none(desk, client_as, auditor):
    desk.post(reverse("staff:api_key_new"), typed())
    page = client_as(auditor).get(reverse("staff:api_keys")).content.decode()
    assert "SIEM" in page
    assert reverse("staff:api_key_new") not in page
    assert reverse("staff:api_key_ask", args=[ApiKey.objects.get().pk]) not in page
    assert reverse("staff:api_keys") in client_as(auditor).get(reverse("staff:api")).content.decode()
