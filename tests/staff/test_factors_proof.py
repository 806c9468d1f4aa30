"""Proving again who one is: which acts ask for it, what was typed goes along, and wrong proofs are counted."""

import json
import re
import time

import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import resolve, reverse

from apps.audit.models import Entry
from apps.staff.demo import PASSWORD
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.models import ApiKey, User

pytestmark = [pytest.mark.django_db]
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def desk(client_as, administrator):
    """An administrator whose last proof was a while ago."""
    client = client_as(administrator)
    age(client)
    return client


def age(client, minutes=16):
    session = client.session
    session["proved_at"] = int(time.time()) - minutes * 60
    session.save()


def carried(answer):
    fields = {}
    for name, value in HIDDEN.findall(answer.content.decode()):
        fields.setdefault(name, []).append(value)
    return fields


def actions():
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("person_role_give", [1]),
        ("person_role_end", [1, 1]),
        ("person_role_move", [1, 1]),
        ("person_account_end", [1]),
        ("person_deactivate", [1]),
        ("person_reactivate", [1]),
        ("person_mobile", [1]),
        ("person_invite", []),
        ("person_invite_again", [1]),
        ("person_factors_reset", [1]),
        ("api_key_new", []),
        ("change_confirm", [1]),
        ("authenticator_new", []),
        ("authenticator_remove", []),
        ("passkey_new", []),
        ("passkey_remove", [1]),
        ("recovery_codes", []),
    ],
)
def test_what_is_dangerous_asks(name, args):
    assert resolve(reverse(f"staff:{name}", args=args)).func.reauthenticates


def test_what_was_typed_goes_on_after_the_proof(desk):
    typed = {
        "name": ' Bina "Rao" <b>',
        "email": "bina.rao@example.com",
        "role": "administrator",
        "last_day": "",
    }
    asked = desk.post("/people/invite/", typed)
    assert asked.status_code == 200
    assert "Show that it is you" in asked.content.decode()
    assert not User.objects.filter(email="bina.rao@example.com").exists()
    fields = carried(asked)
    assert fields["email"] == ["bina.rao@example.com"]
    assert fields["name"] == [" Bina &quot;Rao&quot; &lt;b&gt;"]
    done = desk.post("/people/invite/", typed | {"proof-sent": "1", "proof-password": PASSWORD})
    assert "Link for" in done.content.decode() or done.status_code == 302
    assert "staff.proved" in actions()
    assert Entry.objects.get(action="staff.proved").content["details"] == {"way": "password"}


def test_several_values_of_one_field_go_along(desk):
    asked = desk.post("/api/keys/new/", {"name": "Till", "scopes": ["trail", "customers"]})
    assert carried(asked)["scopes"] == ["trail", "customers"]
    assert not ApiKey.objects.exists()


def test_a_wrong_proof_does_nothing_and_keeps_what_was_typed(desk, agent):
    path = f"/people/{agent.pk}/deactivate/"
    sent = {"extra": "kept", "proof-sent": "1", "proof-password": "not the password"}
    answer = desk.post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is not your password." in page
    assert "not the password" not in page
    assert carried(answer)["extra"] == ["kept"]
    agent.refresh_from_db()
    assert agent.is_active
    assert actions() == ["staff.proof_refused"]
    assert desk.post(path, sent | {"proof-password": ""}).status_code == 422


def test_five_wrong_proofs_pause_as_wrong_passwords_do(desk, agent, administrator):
    path = f"/people/{agent.pk}/deactivate/"
    for _ in range(5):
        last = desk.post(path, {"proof-sent": "1", "proof-password": "wrong", "extra": "typed words"})
    assert last.status_code == 429
    right = desk.post(path, {"proof-sent": "1", "proof-password": PASSWORD})
    assert right.status_code == 429
    agent.refresh_from_db()
    assert agent.is_active
    from axes.models import AccessAttempt

    assert "typed words" not in AccessAttempt.objects.get().post_data
    # The same account elsewhere is not locked out.
    other = Client(REMOTE_ADDR="192.0.2.8")
    assert other.post("/sign-in/", {"username": administrator.email, "password": PASSWORD}).status_code == 302


def test_a_fresh_proof_lets_the_next_acts_pass_and_a_sign_in_is_one(desk, agent, administrator):
    desk.post("/prove/", {"proof-sent": "1", "proof-password": PASSWORD, "next": "/people/"})
    assert desk.post(f"/people/{agent.pk}/deactivate/").status_code == 302
    fresh = Client()
    fresh.post("/sign-in/", {"username": administrator.email, "password": PASSWORD})
    assert fresh.post(f"/people/{agent.pk}/reactivate/").status_code == 302


def test_how_long_a_proof_lasts_is_a_setting(desk, agent):
    with override_settings(CONSOLE_PROOF_MINUTES=30):
        assert desk.post(f"/people/{agent.pk}/deactivate/").status_code == 302


def test_a_proof_from_the_future_or_of_nonsense_is_none(desk, agent):
    for value in (int(time.time()) + 3600, "now", None, True):
        session = desk.session
        session["proved_at"] = value
        session.save()
        assert desk.post(f"/people/{agent.pk}/deactivate/").status_code == 200


def test_who_may_not_is_refused_before_any_proof(client_as, agent):
    client = client_as(agent)
    age(client)
    assert client.post("/people/invite/", {}).status_code == 403


def test_pages_that_begin_something_ask_first_and_lead_back(client_as, agent):
    client = client_as(agent)
    age(client)
    there = "/account/factors/passkeys/"
    answer = client.get(there)
    assert answer["Location"] == "/prove/?next=%2Faccount%2Ffactors%2Fpasskeys%2F"
    assert client.get(answer["Location"]).status_code == 200
    proof = {"proof-sent": "1", "proof-password": PASSWORD, "next": there}
    assert client.post("/prove/", proof)["Location"] == there
    assert client.post("/prove/", proof | {"next": "https://elsewhere.example.com/"})["Location"] == "/"


def test_a_fragment_that_asks_takes_the_whole_page(desk, agent):
    answer = desk.post(f"/people/{agent.pk}/deactivate/", headers={"HX-Request": "true"})
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("body", "innerHTML")
    # The address of the page is another one then.
    assert f'action="/people/{agent.pk}/deactivate/"' in answer.content.decode()


def test_the_view_never_sees_the_proof(agent, client_as):
    client, seen = client_as(agent), {}
    client.get("/account/")

    @reauthenticate
    def view(request):
        seen.update(request.POST)

    request = RequestFactory().post("/x/", {"a": ["1", "2"], "proof-sent": "1", "proof-password": PASSWORD})
    request.user, request.session = agent, client.session
    view(request)
    assert seen == {"a": ["1", "2"]}


def test_nonsense_in_place_of_a_passkey_is_refused_in_words(desk, agent):
    answers = ["{}", "[]", "x", json.dumps({"rawId": 5}), json.dumps({"rawId": "AAAA"}), "[" * 9_000]
    for answer in answers[:4]:
        got = desk.post(
            f"/people/{agent.pk}/deactivate/",
            {"proof-sent": "1", "proof-answer": answer, "proof-state": "x:y:z"},
        )
        assert got.status_code == 422
        assert "could not be checked" in got.content.decode()
    stranger = Client()
    for answer in answers:
        got = stranger.post("/sign-in/passkey/", {"answer": answer, "state": "x:y:z"})
        assert got.status_code == 422
    assert actions().count("staff.passkey_refused") == len(answers)
    assert "_auth_user_id" not in stranger.session
