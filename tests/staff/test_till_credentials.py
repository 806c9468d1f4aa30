"""The sign-in of a store's own till: kept sealed, used for that store alone, tried in plain words."""

import base64
import hashlib
import json
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.urls import reverse

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.capillary.circuit import _circuits
from apps.capillary.errors import Unauthorized
from apps.capillary.exchange import Failure, NoReply, Reply
from apps.capillary.resources import loyalty
from apps.capillary.transport import HttpTransport
from apps.core.errors import BadInput, Conflict
from apps.staff import connection
from apps.staff.models import Store, User
from apps.staff.outside_models import TillCredentials
from apps.staff.services import give_role
from apps.staff.stores_admin import credentials, trying

SECRET = "kestrel-paper-9"
TILL = {"code": "till.012.01", "name": "Store 12 till 1", "isActive": True, "id": 70080, "warnings": []}


@pytest.fixture(autouse=True)
def basic(settings):
    """A connection that signs in as tills do, with one of its own."""
    cache.clear()
    # What one test lets fail shall not make another's calls wait.
    _circuits.clear()
    settings.CAPILLARY = {
        **settings.CAPILLARY,
        "auth": "basic",
        "username": "till.cc.01",
        "password": "the-connections-own",
        "base_url": "http://outside.example.com",
    }


@pytest.fixture
def actor(administrator):
    return Actor(user_id=administrator.pk, name=administrator.name, role="Administrator")


@pytest.fixture
def signed_in(client_as, administrator):
    return client_as(administrator)


@pytest.fixture
def given(actor, stores):
    """Store 12 has a till sign-in."""
    return credentials.give_credentials(
        actor=actor, pk=stores.store_12.pk, username="till.012.01", password=SECRET
    )


@pytest.fixture
def outside(monkeypatch):
    """Capillary at the level of HTTP: takes requests down, and answers as it is told."""

    class Outside:
        answer = Reply(200, {"X-Cap-Requestid": "REQ1TILL9ABC"}, json.dumps(TILL).encode())

        def __init__(self):
            self.requests = []

        def basic_of(self, number):
            words = self.requests[number].headers["Authorization"].removeprefix("Basic ")
            return base64.b64decode(words).decode()

    told = Outside()

    def send(_transport, request, *, ends_at):
        told.requests.append(request)
        return told.answer

    monkeypatch.setattr(HttpTransport, "send", send)
    return told


def pair(username, password):
    return f"{username}:{hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()}"


def everything_written():
    """All that the database and the trail hold, as text."""
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM staff_tillcredentials")
        rows = str(cursor.fetchall())
    return rows + "".join(json.dumps(one.content) for one in Entry.objects.all())


@contextmanager
def nothing_in_logs(caplog):
    caplog.set_level("DEBUG")
    yield
    assert SECRET not in caplog.text
    assert hashlib.md5(SECRET.encode(), usedforsecurity=False).hexdigest() not in caplog.text


def test_calls_for_the_store_and_for_no_other_carry_its_own_sign_in(
    transactional_db, stores, given, outside, caplog
):
    with nothing_in_logs(caplog):
        for store in (stores.store_12, stores.store_07, None):
            held = {"store_id": store.pk, "store_code": store.code} if store else {}
            actor = Actor(user_id=None, name="Rohan Mehta", role="Store manager", **held)
            with pytest.raises(Exception, match="understand"):
                connection.client_for(actor).send(loyalty.details(customer_id=4417))
    assert outside.basic_of(0) == pair("till.012.01", SECRET)
    assert "X-CAP-API-ATTRIBUTION-LOOKUP" not in outside.requests[0].headers
    assert outside.basic_of(1) == outside.basic_of(2) == pair("till.cc.01", "the-connections-own")
    assert outside.requests[1].headers["X-CAP-API-ATTRIBUTION-LOOKUP"] == stores.store_07.till_code
    assert SECRET not in everything_written()


def test_a_refused_sign_in_says_whose_it_was(transactional_db, stores, given, outside):
    outside.answer = Reply(401, {}, b"{}")
    for store, words in ((stores.store_12, "of the store's till"), (stores.store_07, "the connection's")):
        actor = Actor(user_id=None, name="Rohan Mehta", role="Store manager", store_id=store.pk)
        with pytest.raises(Unauthorized) as refused:
            connection.client_for(actor).send(loyalty.details(customer_id=4417))
        assert words in refused.value.next_step


def test_what_was_typed_is_sealed_and_never_shown_again(signed_in, stores):
    store = stores.store_12
    address = reverse("staff:store_till", args=[store.pk])
    typed = {"username": "till.twelve.9", "password": SECRET}
    assert signed_in.post(address, typed).url == reverse("staff:store", args=[store.pk])
    assert TillCredentials.objects.get().open() == ("till.twelve.9", SECRET)
    pages = [signed_in.get(address), signed_in.get(reverse("staff:store", args=[store.pk]))]
    shown = "".join(page.content.decode() for page in pages) + everything_written()
    assert SECRET not in shown
    assert "till.twelve.9" not in shown
    refused = signed_in.post(address, {"username": "a:b", "password": SECRET})
    assert refused.status_code == 422
    assert "without a space or a colon" in refused.content.decode()
    assert SECRET not in refused.content.decode()
    entry = Entry.objects.filter(action="staff.till_sign_in_given").latest("pk")
    assert entry.content["details"]["changed"] == {"till_sign_in": ["none", "given"]}


@pytest.mark.parametrize(
    ("answer", "outcome", "words", "code"),
    [
        (None, "done", "knows the till till.012.01 as Store 12 till 1", ""),
        (Reply(401, {"X-Cap-Requestid": "REQ401"}, b"{}"), "not_done", "did not accept", "401"),
        (
            Reply(
                404, {"X-Cap-Requestid": "REQ404"}, b'{"errors":[{"status":false,"code":404}],"warnings":[]}'
            ),
            "unknown",
            "refused the question, not the sign-in",
            "404",
        ),
        (NoReply(Failure.NOT_CONNECTED, "ConnectTimeout"), "unknown", "Nothing is known", ""),
    ],
)
def test_a_test_says_in_words_what_came_back(
    transactional_db, signed_in, stores, given, outside, answer, outcome, words, code
):
    outside.answer = answer or outside.answer
    page = signed_in.post(reverse("staff:store_till_test", args=[stores.store_12.pk]), follow=True)
    kept = TillCredentials.objects.get()
    assert (kept.tested_outcome, kept.tested_code) == (outcome, code)
    assert words in kept.tested_words
    assert words in page.content.decode()
    assert kept.tested_request_id == (answer.headers["X-Cap-Requestid"] if code else "")
    assert outside.basic_of(0) == pair("till.012.01", SECRET)
    assert (outside.requests[0].method, outside.requests[0].path) == ("GET", "/v2/organization/till")
    entry = Entry.objects.filter(action="staff.till_sign_in_tried").latest("pk")
    assert entry.outcome == outcome
    calls = Entry.objects.filter(reference=entry.reference, action__startswith="call.")
    assert calls.filter(action="call.sent").exists()
    assert SECRET not in everything_written()


def test_a_store_without_a_till_code_is_tried_by_a_question_that_names_nobody(
    transactional_db, stores, given, outside, actor
):
    Store.objects.filter(pk=stores.store_12.pk).update(till_code="")
    outside.answer = Reply(200, {}, b'{"data":[],"warnings":[],"errors":[]}')
    tried = trying.try_credentials(actor=actor, pk=stores.store_12.pk)
    assert (tried.outcome, tried.words) == ("done", "Capillary accepted them.")
    assert outside.requests[0].path == "/v2/organization/programs"
    assert outside.basic_of(0) == pair("till.012.01", SECRET)


def test_sealed_under_another_key_nothing_goes_out_in_anothers_name(stores, given, settings, actor):
    settings.SECRET_KEY = "another key, as after a change of keys"
    held = Actor(user_id=None, name="Rohan Mehta", role="Store manager", store_id=stores.store_12.pk)
    with pytest.raises(BadInput, match="cannot be opened"):
        connection.client_for(held)
    credentials.remove_credentials(actor=actor, pk=stores.store_12.pk)
    till = connection.till_of(held)
    assert till is not None
    assert (till.code, till.username) == (stores.store_12.till_code, "")
    with pytest.raises(Conflict):
        credentials.remove_credentials(actor=actor, pk=stores.store_12.pk)


def test_the_user_name_of_another_stores_till_is_refused(signed_in, stores, given):
    typed = {"username": "TILL.012.01", "password": "another-secret-1"}
    answer = signed_in.post(reverse("staff:store_till", args=[stores.store_07.pk]), typed)
    assert "the till of Store 12" in " ".join(answer.context["form"].errors["username"])
    assert not TillCredentials.objects.filter(store=stores.store_07).exists()
    # Its own again is no other.
    assert signed_in.post(reverse("staff:store_till", args=[stores.store_12.pk]), typed).status_code == 302


def test_another_till_code_makes_the_last_test_say_nothing(signed_in, stores, given):
    TillCredentials.objects.update(tested_outcome="done", tested_words="Fine.", tested_at=given.given_at)
    values = {"name": "Store 12", "code": "012", "till_code": "till.new.01"}
    signed_in.post(reverse("staff:store_change", args=[stores.store_12.pk]), values)
    assert (
        "Not tested yet" in signed_in.get(reverse("staff:store", args=[stores.store_12.pk])).content.decode()
    )


def test_with_oauth_they_are_not_used_and_not_taken(signed_in, stores, given, settings):
    settings.CAPILLARY = {**settings.CAPILLARY, "auth": "oauth"}
    held = Actor(user_id=None, name="Rohan Mehta", role="Store manager", store_id=stores.store_12.pk)
    till = connection.till_of(held)
    assert till is not None
    assert (till.username, till.password) == ("", "")
    words = "till credentials are not used"
    store, address = stores.store_07, reverse("staff:store_till", args=[stores.store_07.pk])
    assert words in signed_in.get(reverse("staff:store", args=[store.pk])).content.decode()
    assert words in signed_in.get(address).content.decode()
    assert signed_in.post(address, {"username": "till", "password": SECRET}).status_code == 422
    assert signed_in.post(reverse("staff:store_till_test", args=[stores.store_12.pk])).status_code == 409
    assert TillCredentials.objects.count() == 1


def test_a_second_person_confirms_a_sign_in_without_reading_it(signed_in, client_as, stores, settings):
    settings.CONSOLE_SECOND_PERSON = True
    second = User.objects.create_user("second@example.com", "Noor Haddad", "a-long-enough-password-9")
    give_role(second, "administrator", None)
    address = reverse("staff:store_till", args=[stores.store_12.pk])
    asked = signed_in.post(address, {"username": "till.012.01", "password": SECRET})
    assert not TillCredentials.objects.exists()
    signed_in.post(asked.url + "ask/", {"reason": "The till was set up."})
    reader = client_as(second)
    page = reader.get(asked.url).content.decode()
    assert "Sign-in of its till" in page
    assert SECRET not in page
    reader.post(asked.url + "confirm/", {"words": ""})
    assert TillCredentials.objects.get().open() == ("till.012.01", SECRET)
    assert SECRET not in everything_written()
    again = signed_in.post(address, {"username": "till.012.01", "password": SECRET})
    assert again.status_code == 422
    assert "nothing would change" in again.content.decode()
