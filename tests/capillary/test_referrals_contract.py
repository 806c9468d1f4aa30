"""Referrals against the real look-alike: invited, read back, checked – in every dialect, list mode and form."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from apps.capillary.errors import (
    CustomerMerged,
    CustomerNotFound,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from apps.capillary.resources import referrals
from apps.capillary.types_referrals import Invitation
from tests.capillary.test_contract import MODES, connect

__all__ = ["connect"]

NUMBERS = itertools.count(1)
PATHS = {"v1.1": "/v1.1/customer/referrals", "v2": "/v2/customers/*/referrals"}
each_dialect = pytest.mark.parametrize("dialect", ["v1.1", "v2"])


def friend(name="Vikram Pasha"):
    """Somebody nobody invited yet."""
    return Invitation("MOBILE", f"915557{next(NUMBERS):06d}", name)


def friend_by_mail(name="Tanvi Pasha"):
    return Invitation("EMAIL", f"tanvi.pasha{next(NUMBERS)}@example.com", name)


@pytest.fixture
def person(sandbox):
    """The customer with codes in two campaigns."""
    return sandbox.characters["referrer"]["id"]


def listed(client, person, dialect, **asked):
    """Identifiers of everybody invited, as this dialect tells them."""
    rows = client.send(referrals.read(customer_id=person, dialect=dialect, **asked))
    return {one.identifier for row in rows for one in row.invitees}


def verdicts(found):
    return [(one.verdict, one.code) for one in found.rows]


@pytest.mark.parametrize(("dialect", "lists", "form"), MODES)
def test_invited_and_read_back_in_every_mode(connect, sandbox, person, dialect, lists, form):
    client = connect(f"dialect={dialect}; lists={lists}", v11_format=form)
    mine = sandbox.identifier("referrer", "mobile")
    one, mail, known = friend(), friend_by_mail(), sandbox.identifier("friend_joined", "mobile")
    people = [one, Invitation("MOBILE", mine), mail, Invitation("MOBILE", known), friend(name="")]
    found = client.send(
        referrals.invite(customer_id=person, invitations=people, campaign_token="MAPLEFRIENDS")
    )
    assert [verdict for verdict, _ in verdicts(found)] == [
        "invited",
        "refused",
        "invited",
        "refused",
        "invited",
    ]
    assert {code for verdict, code in verdicts(found) if verdict == "invited"} == {"100"}
    assert found.customer_id == str(person)
    wanted = {one.identifier, mail.identifier, people[4].identifier}
    for way in ("v1.1", "v2"):
        assert wanted <= listed(client, person, way)
    (campaign,) = client.send(referrals.read(customer_id=person, campaign_token="MAPLEFRIENDS"))
    (row,) = [row for row in campaign.invitees if row.identifier == one.identifier]
    assert (row.name, row.channel) == ("Vikram Pasha", "MOBILE")
    assert abs(row.invited_at - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize(("dialect", "lists", "form"), MODES[::2])
def test_version_2_in_every_mode(connect, sandbox, person, dialect, lists, form):
    client = connect(f"dialect={dialect}; lists={lists}", v11_format=form)
    one, mail, known = friend(), friend_by_mail(), sandbox.identifier("friend_joined", "mobile")
    people = [one, Invitation("MOBILE", known), mail]
    found = client.send(referrals.invite(customer_id=person, invitations=people, dialect="v2"))
    assert verdicts(found) == [("invited", ""), ("refused", "1014"), ("invited", "")]
    assert {one.identifier, mail.identifier} <= listed(client, person, "v2")


def test_version_2_as_documented_says_nothing_of_anybody_and_the_list_does(connect, sandbox, person):
    client = connect("v2_invited=echoed")
    one, known = friend(), sandbox.identifier("friend_joined", "mobile")
    found = client.send(
        referrals.invite(customer_id=person, invitations=[one, Invitation("MOBILE", known)], dialect="v2")
    )
    assert verdicts(found) == [("unknown", ""), ("unknown", "")]
    assert one.identifier in listed(client, person, "v2")
    before = sandbox.invitations(referrer_id=person, identifier=one.identifier)
    again = client.send(referrals.invite(customer_id=person, invitations=[one]))
    assert verdicts(again) == [("refused", "1204")]
    assert sandbox.invitations(referrer_id=person, identifier=one.identifier) == before


@pytest.mark.parametrize("http_errors", ["off", "on"])
@each_dialect
def test_refusals_invite_nobody(connect, sandbox, person, dialect, http_errors):
    client = connect(f"http_errors={http_errors}")
    merged = sandbox.characters["merged"]["id"]
    before = len(sandbox.invitations(limit=1000))
    cases = (
        ({"customer_id": 999_999_999}, CustomerNotFound, ""),
        ({"customer_id": merged}, CustomerMerged, ""),
        ({"campaign_token": "NO-SUCH-CAMPAIGN"}, Rejected, "1202"),
        ({"customer_id": sandbox.characters["not_loyal"]["id"]}, Rejected, "1204"),
    )
    for values, kind, code in cases:
        with pytest.raises(kind) as caught:
            client.send(
                referrals.invite(
                    **{"customer_id": person, "invitations": [friend()], "dialect": dialect, **values}
                )
            )
        assert caught.value.outcome_known, values
        assert caught.value.code == code or not code
        if kind is CustomerMerged:
            assert caught.value.survivor_id == sandbox.characters["survivor"]["id"]
    assert len(sandbox.invitations(limit=1000)) == before


@pytest.mark.parametrize("http_errors", ["off", "on"])
def test_everybody_refused_is_known_of_each(connect, sandbox, person, http_errors):
    client = connect(f"http_errors={http_errors}")
    known = [Invitation("MOBILE", sandbox.identifier(who, "mobile")) for who in ("referrer", "friend_joined")]
    found = client.send(referrals.invite(customer_id=person, invitations=known))
    assert verdicts(found) == [("refused", "1204"), ("refused", "1014")]
    assert "themself" in found.rows[0].next_step


@pytest.mark.parametrize("http_errors", ["off", "on"])
@pytest.mark.parametrize("switch", ["off", "failing", "other"])
@each_dialect
def test_where_it_is_not_switched_on_or_fails_nothing_is_done(
    connect, sandbox, person, dialect, switch, http_errors
):
    other = {"v1.1": "v2", "v2": "v11"}[dialect]
    client = connect(f"referrals={other if switch == 'other' else switch}; http_errors={http_errors}")
    one = friend()
    with pytest.raises((Rejected, OutcomeUnknown)) as caught:
        client.send(referrals.invite(customer_id=person, invitations=[one], dialect=dialect))
    # A failure under an HTTP status of a failing server is believed as little as any other.
    assert isinstance(caught.value, Rejected)
    assert sandbox.invitations(identifier=one.identifier) == []
    with pytest.raises(Rejected):
        client.send(referrals.read(customer_id=person, dialect=dialect))


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
@each_dialect
def test_a_dropped_invitation_is_not_known_never_two_and_settled_from_the_list(
    connect, sandbox, person, dialect, fault
):
    client, one = connect(), friend()
    sandbox.add_fault(kind=fault, path=PATHS[dialect], method="POST", count=1)
    with pytest.raises(OutcomeUnknown):
        client.send(referrals.invite(customer_id=person, invitations=[one], dialect=dialect))
    assert len(sandbox.requests(path=PATHS[dialect], method="POST")) == 1
    stored = sandbox.invitations(identifier=one.identifier)
    assert len(stored) == (1 if fault == "drop_after" else 0)
    assert (one.identifier in listed(client, person, dialect)) == bool(stored)


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 500}, {"kind": "status", "status": 503}, {"kind": "nonsense"}]
)
@each_dialect
def test_failures_of_the_other_side_are_not_known(connect, sandbox, person, dialect, fault):
    sandbox.add_fault(path=PATHS[dialect], method="POST", count=1, **fault)
    with pytest.raises(OutcomeUnknown):
        connect().send(referrals.invite(customer_id=person, invitations=[friend()], dialect=dialect))


@each_dialect
def test_a_timeout_is_not_known(connect, sandbox, person, dialect):
    client = connect(read_timeout_seconds=0.4, deadline_seconds=0.8)
    sandbox.add_fault(kind="latency", latency_ms=900, path=PATHS[dialect], method="POST", count=1)
    with pytest.raises(OutcomeUnknown):
        client.send(referrals.invite(customer_id=person, invitations=[friend()], dialect=dialect))


def test_who_came_bought_and_was_rewarded(connect, sandbox, person):
    client = connect()
    first, _second = client.send(referrals.read(customer_id=person))
    came = {(one.event_type, one.customer_id) for one in first.referees}
    for who in ("friend_bought", "friend_rewarded"):
        assert {("REGISTRATION", str(sandbox.characters[who]["id"]))} < came
    assert ("REGISTRATION", "") in came
    rewarded = str(sandbox.characters["friend_rewarded"]["id"])
    assert rewarded in {one.for_customer_id for one in first.incentives}
    for row in (first, *client.send(referrals.read(customer_id=person, dialect="v1.1"))):
        (reward,) = [one for one in row.incentives if one.for_customer_id in {rewarded, ""}]
        assert reward.coupon_code
        assert reward.earned_at.utcoffset() is not None


@each_dialect
def test_those_who_came_may_be_nothing_but_nulls(connect, person, dialect):
    client = connect("referees=nulls")
    (row, *_) = client.send(referrals.read(customer_id=person, dialect=dialect))
    assert row.referees
    for one in row.referees:
        assert (one.first_name, one.mobile, one.email, one.external_id, one.customer_id) == ("",) * 5
        assert one.added_at is not None


def test_a_campaign_a_period_and_a_store(connect, sandbox, person):
    client = connect()
    codes = [one.code for one in client.send(referrals.read(customer_id=person))]
    (default,) = client.send(referrals.read(customer_id=person, dialect="v1.1"))
    assert default.code == codes[0] != codes[1]
    (named,) = client.send(referrals.read(customer_id=person, campaign_token="MAPLEFRIENDS"))
    assert (named.code, named.campaign_token) == (default.code, "MAPLEFRIENDS")
    day = max(one.invited_at for one in default.invitees).date()
    (part,) = client.send(referrals.read(customer_id=person, start_date=day, end_date=day))
    assert {one.invited_at.date() for one in part.invitees} == {day}
    bare = client.send(referrals.statistics(customer_id=person, only_code=True))
    assert (bare.code, bare.invitees) == (default.code, ())
    with pytest.raises(Rejected) as caught:
        client.send(referrals.read(customer_id=person, campaign_token="NO-SUCH-CAMPAIGN"))
    assert (caught.value.code, caught.value.field) == ("1202", "campaign_token")


def test_by_lookup_and_by_every_identifier(connect, sandbox, person):
    client = connect()
    mobile, email = (sandbox.identifier("referrer", name) for name in ("mobile", "email"))
    by_id = client.send(referrals.get(customer_id=person))
    looked_up = referrals.lookup(source="INSTORE", identifier_name="mobile", identifier_value=mobile)
    # What a test of slow answers has sent may still arrive between two calls.
    assert any(
        client.send(looked_up) == client.send(referrals.get(customer_id=person)) for _again in range(5)
    )
    assert by_id[0].customer_id == str(person)
    # Of the days before, for the same reason.
    today = datetime.now(tz=by_id[0].invitees[0].invited_at.tzinfo).date()

    def before_today(**named):
        told = client.send(referrals.statistics(**named)).invitees
        return [one for one in told if one.invited_at.date() < today]

    by_default = before_today(customer_id=person)
    assert by_default
    assert before_today(mobile=mobile) == before_today(email=email) == by_default


@pytest.mark.parametrize("http_errors", ["off", "on"])
def test_a_code_is_checked(connect, person, http_errors):
    client = connect(f"http_errors={http_errors}")
    for row in client.send(referrals.read(customer_id=person)):
        found = client.send(referrals.check_code(code=row.code))
        assert (found.valid, found.referrer_id) == (True, str(person))
    none = client.send(referrals.check_code(code="NO-SUCH-CODE"))
    assert (none.valid, none.referrer_id) == (False, "")


def test_the_outsides_own_hour_is_told_in_minutes(connect, person):
    client = connect("referrals_an_hour=3")
    calls = {
        str(number): referrals.invite(customer_id=person, invitations=[friend()], dialect="v2")
        for number in range(4)
    }
    errors = [answer.error for answer in client.send_all(calls).values() if answer.error]
    assert errors
    for error in errors:
        assert isinstance(error, RateLimited)
        assert error.outcome_known
        assert "minutes" in error.next_step


def test_many_people_from_tills_are_read_whole(connect, sandbox):
    customer = sandbox.characters["empty"]["id"]
    sandbox.invite_elsewhere([customer], count=60, tills=["till.saket.01"])
    client = connect()
    for dialect in ("v1.1", "v2"):
        (row, *_) = client.send(referrals.read(customer_id=customer, dialect=dialect))
        assert len(row.invitees) >= 60
        assert {one.till.code for one in row.invitees} == {"till.saket.01"}


@each_dialect
def test_nobody_invited_is_in_what_is_kept(connect, sandbox, person, memory, dialect):
    client = connect()
    people = [friend("Vikram Pasha"), friend_by_mail("Tanvi Pasha")]
    client.send(referrals.invite(customer_id=person, invitations=people, dialect=dialect))
    client.send(referrals.read(customer_id=person, dialect=dialect))
    kept = repr([(one.path, one.params, one.body) for one in memory.intents])
    kept += repr([one.reply for one in memory.outcomes])
    words = ["Vikram", "Pasha", "Tanvi", "tanvi", "Nisha", "Chatterjee", "Ishita", "Kapoor", "Harish"]
    words += [one.identifier for one in people]
    words += [str(row["value"]) for row in sandbox.characters["referrer"]["identifiers"]]
    for word in words:
        assert word not in kept, word
