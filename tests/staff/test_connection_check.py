"""The check of the set-up tells the truth: what is on, what is off there and breaks here, and what nobody knows."""

import time

import pytest
from django.core.cache import cache
from django.urls import reverse

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.capillary.circuit import _circuits
from apps.capillary.config import Config
from apps.staff import connection
from apps.staff.outside import checking
from apps.staff.outside.checking import KEPT, check_set_up
from apps.staff.outside.facts import facts
from apps.staff.outside_models import ConnectionCheck

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    connection._own.clear()
    _circuits.clear()


@pytest.fixture
def at_sandbox(settings, sandbox):
    """The settings point to the look-alike, and name a customer of it to ask about."""
    settings.CAPILLARY = {
        **settings.CAPILLARY,
        "base_url": sandbox.url,
        "calls_per_second": 500.0,
        "check_external_id": sandbox.identifier("everything", "externalId"),
    }
    return sandbox


@pytest.fixture
def actor():
    return Actor(user_id=None, name="Imran Qureshi", role="Administrator")


def states(check):
    return {row["key"]: row["state"] for row in check.findings}


@pytest.mark.parametrize("auth", ["oauth", "basic"])
def test_no_setting_tells_a_secret(auth):
    conf = Config(
        base_url="https://somebody:hush-hush@eu.api.example.com",
        auth=auth,
        client_key="demo-client-key-4711",
        client_secret="the-secret-of-the-client",
        username="short",
        password="the-password-of-the-till",
        limiter_storage="redis://:the-password-of-redis@cache:6379/2",
    )
    told = {one.setting: one.value for one in facts(conf)}
    assert told["CAPILLARY_BASE_URL"] == "https://eu.api.example.com"
    assert told.get("CAPILLARY_CLIENT_KEY", "••••4711") == "••••4711"
    assert told.get("CAPILLARY_USERNAME", "••••") == "••••"
    assert not [value for value in told.values() if "the-" in value or "hush" in value]


def test_with_everything_on_it_says_so_and_keeps_who_asked(at_sandbox, client_as, administrator):
    client = client_as(administrator)
    assert "Never checked." in client.get(reverse("staff:connection")).content.decode()
    assert client.post(reverse("staff:connection_check")).url == reverse("staff:connection")
    check = ConnectionCheck.objects.get()
    assert set(states(check).values()) == {"on"}
    assert {"sign_in", "goodwill", "reversal", "cross_programme", "source:WECHAT:wx_thread"} <= set(
        states(check)
    )
    page = client.get(reverse("staff:connection")).content.decode()
    assert "Maple &amp; Thread" in page
    assert "Thread Circle" in page
    assert f"Checked by {administrator.name}" in page
    for secret in ("demo-secret", "demo-key", at_sandbox.identifier("everything", "externalId")):
        assert secret not in page
    entry = Entry.objects.get(action="staff.connection_checked")
    assert (entry.outcome, entry.content["details"]["off"]) == ("done", 0)
    asked = Entry.objects.filter(action="call.sent", reference=entry.reference)
    # A token for the check itself, which proves the key, and one that all calls then share.
    assert asked.count() == len(check.findings) + 1
    # Reads only: nothing but the token is ever posted.
    sent = at_sandbox.requests()
    assert {one["path"] for one in sent if one["method"] != "GET"} == {"/v3/oauth/token/generate"}


@pytest.mark.parametrize(
    ("switches", "key", "code", "words"),
    [
        ({"requests": "off"}, "goodwill", "403", "Goodwill can be neither asked for nor decided"),
        ({"reversal": "off"}, "reversal", "", "No redemption can be reversed"),
        ({"across": "off"}, "cross_programme", "826", "cannot be redeemed together"),
        ({"redeemable": "827"}, "redeem", "827", "No points can be redeemed."),
        ({"sources_off": "LINE"}, "source:LINE:line_maple", "8012", "Customers of this source are not found"),
        ({"referrals": "v11"}, "referrals_v2", "403", "Codes cannot be checked"),
        ({"organisation": "off"}, "programmes", "403", "across programmes"),
    ],
)
def test_what_is_off_is_named_with_its_code_and_what_breaks(
    at_sandbox, client_as, administrator, actor, switches, key, code, words
):
    at_sandbox.switch(**switches)
    check = check_set_up(actor=actor, user=administrator)
    row = next(one for one in check.findings if one["key"] == key)
    assert (row["state"], row["code"]) == ("off", code)
    assert row["request_id"] or key == "reversal"
    others = {one for one, state in states(check).items() if state != "on"}
    # Without redeeming there is none across programmes either; an organisation that is off tells no name.
    assert others <= {key, "cross_programme", "organisation"}
    page = client_as(administrator).get(reverse("staff:connection")).content.decode()
    assert words in page
    assert "Off there" in page
    assert key in Entry.objects.get(action="staff.connection_checked").content["details"]["features_off"]


def test_what_a_read_cannot_tell_is_not_known(at_sandbox, actor, settings):
    at_sandbox.switch(reversal_told="off", reversal="off")
    settings.CAPILLARY = {**settings.CAPILLARY, "check_external_id": ""}
    found = states(check_set_up(actor=actor, user=None))
    unknown = {key for key, state in found.items() if state == "unknown"}
    assert unknown == {"reversal", "redeem", "cross_programme"}
    settings.CAPILLARY = {**settings.CAPILLARY, "check_external_id": "nobody-at-all"}
    row = next(one for one in check_set_up(actor=actor, user=None).findings if one["key"] == "redeem")
    assert (row["state"], row["code"]) == ("unknown", "816")
    assert "CAPILLARY_CHECK_EXTERNAL_ID" in row["said"]


def test_what_is_set_wrongly_here_is_to_be_corrected(at_sandbox, actor, settings):
    settings.CAPILLARY = {**settings.CAPILLARY, "sources": "INSTORE;WECHAT:wx_gone;LINE;MYSPACE"}
    found = states(check_set_up(actor=actor, user=None))
    assert found["source:INSTORE:"] == "on"
    assert (found["source:WECHAT:wx_gone"], found["source:LINE:"], found["source:MYSPACE:"]) == (
        "wrong",
        "wrong",
        "off",
    )
    settings.CAPILLARY = {**settings.CAPILLARY, "client_secret": "not-the-one"}
    check = check_set_up(actor=actor, user=None)
    assert states(check)["sign_in"] == "wrong"
    assert {row["state"] for row in check.findings[1:]} == {"unknown"}
    assert not any(row["asked"] for row in check.findings[1:])
    assert Entry.objects.filter(action="staff.connection_checked").latest("pk").outcome == "not_done"


@pytest.mark.parametrize("username", ["till.cc.01", "till.nowhere.01"])
def test_with_basic_the_sign_in_is_the_first_answer(at_sandbox, actor, settings, username):
    settings.CAPILLARY = {
        **settings.CAPILLARY,
        "auth": "basic",
        "username": username,
        "password": "demo-till",
    }
    found = states(check_set_up(actor=actor, user=None))
    assert found["sign_in"] == ("on" if username == "till.cc.01" else "wrong")


def test_a_dead_outside_is_not_known_and_takes_no_long(client_as, administrator, actor, settings):
    settings.CAPILLARY = {**settings.CAPILLARY, "base_url": "http://127.0.0.1:9"}
    began = time.monotonic()
    check = check_set_up(actor=actor, user=administrator)
    assert time.monotonic() - began < 15
    assert set(states(check).values()) == {"unknown"}
    page = client_as(administrator).get(reverse("staff:connection")).content.decode()
    assert "could not be reached" in page
    assert "Not asked: the sign-in comes first." in page
    assert Entry.objects.get(action="staff.connection_checked").outcome == "unknown"


def test_a_slow_part_is_not_waited_for(at_sandbox, actor, monkeypatch):
    monkeypatch.setattr(checking, "CALL_SECONDS", 1.0)
    at_sandbox.add_fault(kind="latency", latency_ms=2500, path="/v1.1/coupon/series", count=2)
    began = time.monotonic()
    check = check_set_up(actor=actor, user=None)
    assert time.monotonic() - began < 5
    found = states(check)
    assert found.pop("coupons") == "unknown"
    assert set(found.values()) == {"on"}


def test_only_the_last_checks_are_kept_and_their_page_asks_little(
    client_as, administrator, django_assert_num_queries
):
    rows = [
        {"key": "goodwill", "state": "off", "said": "No.", "code": "403", "request_id": "R", "asked": True}
    ]
    ConnectionCheck.objects.bulk_create(
        ConnectionCheck(by_name="Imran Qureshi", took_ms=7, findings=rows * 30) for _ in range(KEPT + 5)
    )
    client = client_as(administrator)
    client.get(reverse("staff:connection"))
    with django_assert_num_queries(5):
        client.get(reverse("staff:connection"))
