"""Signing in and out: who comes in, who does not, what the trail keeps, and odd input that breaks nothing."""

import json
import re

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from apps.audit.models import Entry
from apps.staff.demo import PASSWORD
from apps.staff.models import User
from apps.staff.session_models import Letter
from tests.customers.conftest import read_only

SIGN_IN = "/sign-in/"


def try_to(client, email, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": email, "password": password, **more})


def payloads():
    return [json.loads(bytes(one.payload)) for one in Entry.objects.order_by("id")]


def actions():
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


def test_right_password_signs_in_and_leaves_an_entry(client, agent):
    answer = try_to(client, agent.email)
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    entry = Entry.objects.get(action="staff.signed_in")
    assert (entry.actor_name, entry.actor_role, entry.store_code) == ("Asha Verma", "Agent", "CC")
    assert entry.session
    assert entry.ip == "127.0.0.1"
    agent.refresh_from_db()
    assert agent.last_login


@pytest.mark.parametrize(
    "email", ["ASHA.VERMA@EXAMPLE.COM", "  asha.verma@example.com\t", "Asha.Verma@Example.com"]
)
def test_case_and_spaces_around_the_address_do_not_matter(client, agent, email):
    assert try_to(client, email).status_code == 302


def test_wrong_password_is_refused_in_words_and_keeps_the_address(client, agent):
    answer = try_to(client, agent.email, "not the password")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "E-mail and password do not match." in page
    assert "4 tries left" in page
    assert 'value="asha.verma@example.com"' in page
    assert "not the password" not in page


def test_the_trail_keeps_a_refused_address_only_masked_and_hashed(client, agent):
    try_to(client, agent.email, "not the password")
    (kept,) = payloads()
    text = json.dumps(kept, ensure_ascii=False)
    assert kept["action"] == "staff.sign_in_refused"
    assert kept["outcome"] == "refused"
    assert "asha.verma" not in text
    assert "not the password" not in text
    assert "a••••@example.com" in text
    assert Entry.objects.get().identifiers.count() == 1


def test_unknown_and_inactive_people_get_the_same_answer_as_a_wrong_password(client, agent):
    User.objects.create_user("gone@example.com", "Gone Away", PASSWORD, is_active=False)
    answers = [
        try_to(client, agent.email, "not the password"),
        try_to(client, "gone@example.com"),
        try_to(client, "nobody@example.com"),
    ]
    assert {one.status_code for one in answers} == {422}
    words = [
        re.sub(r'value="[^"]*"|LC-[0-9A-Z-]+|hx-headers=\S+ \S+', "", one.content.decode()) for one in answers
    ]
    assert words[0] == words[1] == words[2]


def test_a_password_is_hashed_also_for_unknown_addresses(client, agent, monkeypatch):
    """The clock must not tell who has an account: count the hashes, which cost nearly all of the time."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or plain(*args))
    try_to(client, "nobody@example.com")
    unknown = len(hashed)
    try_to(client, agent.email, "not the password")
    assert unknown == len(hashed) - unknown == 1


def test_passwords_are_kept_with_argon2(settings):
    from console.settings import PASSWORD_HASHERS

    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    kept = make_password("four unrelated words")
    assert identify_hasher(kept).algorithm == "argon2"
    assert check_password("four unrelated words", kept)


def test_the_session_gets_a_new_key(client, agent):
    client.get(SIGN_IN)
    client.session.save()
    before = client.session.session_key
    client.cookies["session"] = before
    try_to(client, agent.email)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("asked", "lands"),
    [
        ("/account/", "/account/"),
        ("https://elsewhere.example.com/", "/"),
        ("//elsewhere.example.com/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\elsewhere.example.com", "/"),
        ("", "/"),
    ],
)
def test_afterwards_only_pages_of_ours_are_opened(client, agent, asked, lands):
    assert try_to(client, agent.email, next=asked)["Location"] == lands


def test_whoever_is_signed_in_does_not_sign_in_again(client_as, agent):
    assert client_as(agent).get(SIGN_IN, {"next": "/account/"})["Location"] == "/account/"


def test_the_form_carries_where_to_go(client, db):
    assert 'value="/account/"' in client.get(SIGN_IN, {"next": "/account/"}).content.decode()


def test_signing_in_needs_the_page_s_own_token(agent):
    strict = Client(enforce_csrf_checks=True)
    assert try_to(strict, agent.email).status_code == 403
    assert "_auth_user_id" not in strict.session


def test_five_wrong_tries_pause_the_account_with_a_time(client, agent):
    for _ in range(4):
        assert try_to(client, agent.email, "wrong").status_code == 422
    fifth = try_to(client, agent.email, "wrong")
    right = try_to(client, agent.email)
    for answer in (fifth, right):
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 15 * 60
        assert re.search(r"Try again after .*\d\d:\d\d", answer.content.decode())
    assert actions() == ["staff.sign_in_refused"] * 4 + ["staff.locked_out"] * 2
    assert "_auth_user_id" not in client.session


def test_capital_letters_are_no_way_around_the_pause(client, agent):
    for email in ("asha.verma@example.com", "ASHA.verma@example.com", " asha.VERMA@example.com") * 2:
        last = try_to(client, email, "wrong")
    assert last.status_code == 429


def test_a_stranger_cannot_lock_the_owner_out(agent):
    stranger, owner = Client(REMOTE_ADDR="192.0.2.7"), Client(REMOTE_ADDR="192.0.2.8")
    for _ in range(6):
        try_to(stranger, agent.email, "wrong")
    assert try_to(stranger, agent.email).status_code == 429
    assert try_to(owner, agent.email).status_code == 302


def test_a_success_forgets_the_wrong_tries(client, agent):
    for _ in range(4):
        try_to(client, agent.email, "wrong")
    assert try_to(client, agent.email).status_code == 302
    client.post("/sign-out/")
    assert "4 tries left" in try_to(client, agent.email, "wrong").content.decode()


def test_sign_out_ends_the_session_and_leaves_an_entry(client, agent):
    try_to(client, agent.email)
    assert client.get("/sign-out/").status_code == 405
    answer = client.post("/sign-out/")
    assert answer["Location"] == SIGN_IN
    assert client.get("/account/").status_code == 302
    assert actions() == ["staff.signed_in", "staff.signed_out"]
    assert Entry.objects.filter(actor_name="Asha Verma").count() == 2


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [
        ("", "", "Type your work e-mail."),
        ("asha.verma@example.com", "", "Type your password."),
        ("a" * 10_000, "x", "longer than 254 characters"),
        ("asha.verma@example.com", "x" * 10_000, "longer than 1024 characters"),
        ("asha\x00verma@example.com", "x", "no keyboard types"),
        ("asha.verma@example.com", "x\x00", "no keyboard types"),
        ("' OR 1=1 --", "x", "do not match"),
        ("<script>alert(1)</script>", "x", "do not match"),
        ("\u202ekoobecaf", "😀", "do not match"),
        ("asha verma@example.com", "x", "do not match"),
    ],
)
def test_odd_input_gets_a_sentence(client, agent, email, password, says):
    answer = try_to(client, email, password)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "<script>alert" not in page


@given(
    email=st.text(alphabet=st.characters(codec="utf-8"), max_size=300),
    password=st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
    after=st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
)
@tries(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_nobody_comes_in_and_nothing_breaks(agent, email, password, after):
    client = Client(REMOTE_ADDR="192.0.2.9")
    answer = try_to(client, email, password, next=after)
    assert answer.status_code in {422, 429}
    assert "_auth_user_id" not in client.session


def test_an_address_that_grows_when_it_is_tidied_is_too_long_wherever_it_is_typed(
    client, client_as, administrator
):
    # One letter that is written out as eighteen.
    email = "\ufdfa" * 40 + "@example.com"
    invited = {"name": "Bina Rao", "email": email, "role": "auditor"}
    for visitor, page, typed in (
        (client, "staff:sign_in", {"username": email, "password": PASSWORD}),
        (client, "staff:password_forgotten", {"email": email}),
        (client_as(administrator), "staff:person_invite", invited),
    ):
        answer = visitor.post(reverse(page), typed)
        assert answer.status_code == 422
        [field] = {"username", "email"} & answer.context["form"].errors.keys()
        assert answer.context["form"].errors[field] == [
            "This is longer than 254 characters and cannot be right."
        ]
        assert email in answer.content.decode()
    assert not Letter.objects.exists()


def test_without_a_trail_nobody_comes_in(client, agent, broken_trail):
    answer = try_to(client, agent.email)
    assert answer.status_code == 503
    assert "The audit trail cannot be written" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("staff:account")).status_code == 302


def test_signing_out_works_without_a_trail(client_as, agent, broken_trail):
    client = client_as(agent)
    answer = client.post("/sign-out/")
    assert answer.status_code == 503
    assert "You are signed out. The audit trail could not be written." in answer.content.decode()
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_be_written_lets_nobody_in_and_says_so(client, agent):
    with read_only():
        answers = [try_to(client, agent.email, password) for password in (PASSWORD, "wrong")]
    for answer in answers:
        assert answer.status_code == 503
        assert "You are not signed in: nothing can be written down now." in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_be_written_keeps_people_in_and_says_so(client_as, agent):
    client = client_as(agent)
    with read_only():
        answer = client.post("/sign-out/")
        assert client.get("/account/").status_code == 200
    assert answer.status_code == 503
    html = answer.content.decode()
    assert "You are still signed in, until the browser is closed" in html
    assert "moving points" not in html
