"""The page of the points rules: read by auditors, set by administrators, every change traced with what was."""

import json
from decimal import Decimal

from django.urls import reverse

from apps.audit.models import Entry
from apps.points.models import PointsRules
from apps.points.ruling import rules_for

FORM = {
    "redeem_level": "number_matched",
    "reverse_level": "",
    "missed_call_roles": ["store_manager"],
    "skip_code_roles": [],
    "alone_up_to": "1,000",
    "resend_seconds": "45",
    "proof_minutes": "20",
    "decimals": "101: 0, 102: 2",
}


def details_of(action):
    return json.loads(bytes(Entry.objects.filter(action=action).latest("pk").payload))["details"]


def test_the_rules_for_all_are_set_and_traced_with_before_and_after(client_as, administrator, stores):
    client = client_as(administrator)
    answer = client.post(reverse("points:rules_set", args=[0]), FORM)
    assert answer["Location"] == reverse("points:rules")
    held = rules_for(stores.store_12)
    assert (held.redeem_level, held.alone_up_to, held.resend_seconds) == ("number_matched", Decimal(1000), 45)
    assert (held.missed_call_roles, held.decimals) == (["store_manager"], {"101": 0, "102": 2})
    client.post(reverse("points:rules_set", args=[0]), {**FORM, "alone_up_to": ""})
    assert details_of("points.rules.saved")["changed"] == {"alone_up_to": ["1000", ""]}
    saved = Entry.objects.filter(action="points.rules.saved").count()
    client.post(reverse("points:rules_set", args=[0]), {**FORM, "alone_up_to": ""})
    assert Entry.objects.filter(action="points.rules.saved").count() == saved
    html = client.get(reverse("points:rules")).content.decode()
    for words in ("any number", "Number matched", "45 s", "20 min", "Store manager"):
        assert words in html, words


def test_a_store_has_its_own_and_follows_all_again(client_as, administrator, stores):
    client = client_as(administrator)
    client.post(reverse("points:rules_set", args=[0]), FORM)
    here = reverse("points:rules_set", args=[stores.store_12.pk])
    first = client.get(here).content.decode()
    assert 'value="1000"' in first
    assert "Follow all stores again" not in first
    client.post(here, {**FORM, "alone_up_to": "50"})
    assert rules_for(stores.store_12).alone_up_to == 50
    assert rules_for(stores.store_07).alone_up_to == 1000
    assert "own rules" in client.get(reverse("points:rules")).content.decode()
    remove = reverse("points:rules_remove", args=[stores.store_12.pk])
    assert client.post(remove).status_code == 302
    assert rules_for(stores.store_12).alone_up_to == 1000
    assert details_of("points.rules.removed")["was"]["alone_up_to"] == "50"
    assert client.post(remove).status_code == 404


def test_nonsense_is_said_beside_the_field_and_kept(client_as, administrator, subtests):
    client, here = client_as(administrator), reverse("points:rules_set", args=[0])
    for typed, said in (
        ({"alone_up_to": "-1"}, "Write a number of points, such as 500."),
        ({"alone_up_to": "many"}, "Write a number of points, such as 500."),
        ({"resend_seconds": "601"}, "Write a whole number from 0 to 600."),
        ({"proof_minutes": "0"}, "Write a whole number from 1 to 10080."),
        ({"proof_minutes": ""}, "Write a whole number from 1 to 10080."),
        ({"decimals": "all: 2"}, "Write programme and places"),
        ({"decimals": "101: 9"}, "Write programme and places"),
        ({"redeem_level": "palm_reading"}, "Choose one of those shown."),
        ({"skip_code_roles": ["auditor"]}, "Choose among those shown."),
    ):
        with subtests.test(said):
            answer = client.post(here, {**FORM, **typed})
            html = answer.content.decode()
            assert answer.status_code == 422
            assert said in html
    assert not PointsRules.objects.exists()


def test_auditors_read_and_change_nothing(client_as, auditor, stores):
    client = client_as(auditor)
    html = client.get(reverse("points:rules")).content.decode()
    assert "Contact Centre" in html
    assert "Change</" not in html
    assert client.get(reverse("points:rules_set", args=[0])).status_code == 403
