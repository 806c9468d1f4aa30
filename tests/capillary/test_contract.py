"""Every call against the real look-alike, in every dialect, list mode and form: one answer, one meaning."""

import dataclasses
import itertools
from datetime import date
from decimal import Decimal

import pytest

from apps.capillary.auth import MemoryTokenStore
from apps.capillary.circuit import Circuit
from apps.capillary.client import Client
from apps.capillary.config import Config, Till
from apps.capillary.errors import (
    CustomerMerged,
    CustomerNotFound,
    Garbled,
    OutcomeUnknown,
    Rejected,
    Unreachable,
)
from apps.capillary.ratelimit import RateLimiter
from apps.capillary.registry import READS
from apps.capillary.resources import customers, loyalty, notes, redemptions, transactions
from apps.capillary.types_redeeming import Redeemability

MODES = list(
    itertools.product(("sample", "strings", "native"), ("sample", "always", "never"), ("json", "xml"))
)
TOKENS = MemoryTokenStore()


@pytest.fixture
def connect(sandbox, memory):
    """A client of the look-alike; `sandbox` header and other parts of Config by keyword."""

    def _connect(switches="", till=None, **conf):
        headers = {"X-Sandbox": switches} if switches else {}
        credentials = {"client_key": "demo-key", "client_secret": "demo-secret"}
        config = Config(
            base_url=sandbox.url, extra_headers=headers, calls_per_second=1000, **{**credentials, **conf}
        )
        return Client(
            config,
            recorder=memory,
            limiter=RateLimiter(key=config.key, calls_per_second=1000),
            tokens=TOKENS,
            till=till,
            circuit=Circuit(),
        )

    return _connect


def every_read(sandbox):
    """All reads about the customer who has everything."""
    person = sandbox.characters["everything"]["id"]
    mobile = sandbox.identifier("everything", "mobile")
    whose = {"identifier_name": "mobile", "identifier_value": mobile}
    given = {
        "customers.lookup": {"source": "INSTORE", **whose},
        "customers.search": {"query": mobile[:8]},
        "customers.record": {"mobile": mobile, "gap_to_upgrade_days": 0, "gap_to_renew_days": 0},
        "coupons.series": {},
        "organisation.profile": {},
        "organisation.programmes": {},
        "organisation.setting": {},
        "organisation.till": {"code": "till.012.01"},
        "points.is_redeemable": {"points": Decimal(100), "mobile": mobile},
        "referrals.lookup": {"source": "INSTORE", **whose},
        "referrals.check_code": {"code": "NO-SUCH-CODE"},
        "requests.logs": {
            "customer_id": person,
            "start_date": date(2020, 1, 1),
            "end_date": date(2099, 1, 1),
        },
        "ledger.information": whose,
        "ledger.balance": whose,
    }
    return {
        f"{resource}.{name}": function(**given.get(f"{resource}.{name}", {"customer_id": person}))
        for resource, functions in READS.items()
        for name, function in functions.items()
    }


def answers_of(client, calls):
    answers = client.send_all(calls)
    failed = {name: answer.error for name, answer in answers.items() if answer.error}
    assert not failed
    return {name: answer.value for name, answer in answers.items()}


def comparable(value, form):
    """XML lacks what points are worth in the store's currency; everything else is the same."""
    if form == "xml" and isinstance(value, Redeemability):
        return dataclasses.replace(value, local_value=None, currency_ratio=None)
    return value


@pytest.fixture(scope="module")
def plain_answers():
    """The answers of the first mode, which all others must equal."""
    return {}


@pytest.mark.parametrize(("dialect", "lists", "form"), MODES)
def test_every_read_means_the_same_in_every_mode(connect, sandbox, plain_answers, dialect, lists, form):
    calls = every_read(sandbox)
    if not plain_answers:
        plain_answers.update(answers_of(connect(), calls))
    found = answers_of(connect(f"dialect={dialect}; lists={lists}", v11_format=form), calls)
    for name in calls:
        assert comparable(found[name], form) == comparable(plain_answers[name], form), name


def test_the_plain_answers_say_something(connect, sandbox):
    found = answers_of(connect(), every_read(sandbox))
    person = sandbox.characters["everything"]["id"]
    assert found["customers.lookup"] == person == found["customers.get"].id
    assert found["customers.get"].points.available is not None
    assert len(found["customers.get"].programs) >= 2
    assert found["customers.record"].customer_id == str(person)
    assert found["customers.search"].hits
    for name in ("status_log", "details"):
        assert found[f"{'customers' if name == 'status_log' else 'loyalty'}.{name}"]
    assert found["transactions.history"].transactions[0].amount is not None
    assert any(spent.reversals for spent in found["redemptions.history"].points)
    assert found["points.is_redeemable"].redeemable
    assert found["points.is_redeemable"].value is not None
    for name in ("detailed", "basic", "history"):
        assert found[f"coupons.{name}"].coupons
    assert found["notes.get"]
    assert found["goodwill.requests"].rows
    assert found["referrals.get"][0].invitees
    assert found["referrals.statistics"].invitees


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("lists", ["sample", "always", "never"])
def test_a_note_is_added_and_read_back(connect, sandbox, lists, form):
    client = connect(f"lists={lists}", v11_format=form)
    person = sandbox.characters["everything"]["id"]
    added = client.send(notes.add(text=f"Asked about a parcel, {lists} {form}.", customer_id=person))
    assert added.id
    assert added in client.send(notes.get(customer_id=person)) or added.id in {
        note.id for note in client.send(notes.get(customer_id=person))
    }


@pytest.mark.parametrize("http_errors", ["off", "on"])
def test_refusals_are_the_same_with_and_without_http_errors(connect, http_errors):
    client = connect(f"http_errors={http_errors}")
    nobody = "919999900000"
    with pytest.raises(CustomerNotFound):
        client.send(customers.lookup(source="INSTORE", identifier_name="mobile", identifier_value=nobody))
    with pytest.raises(CustomerNotFound):
        client.send(transactions.history(mobile=nobody))
    with pytest.raises(Rejected) as caught:
        client.send(
            customers.lookup(source="WECHAT", identifier_name="wechat", identifier_value="wxo_nobody")
        )
    assert (caught.value.code, caught.value.field) == ("8045", "account")


@pytest.mark.parametrize("http_errors", ["off", "on"])
def test_merged_customers_name_or_become_their_survivor(connect, sandbox, http_errors):
    merged = next(person for person in sandbox.characters.values() if person["merged_into"])
    survivor = merged["merged_into"]
    wanted = survivor if isinstance(survivor, int) else sandbox.characters[survivor]["id"]
    with pytest.raises(CustomerMerged) as caught:
        connect(f"http_errors={http_errors}").send(customers.get(customer_id=merged["id"]))
    assert caught.value.survivor_id == wanted
    shown = connect(f"merged=survivor; http_errors={http_errors}").send(
        customers.get(customer_id=merged["id"])
    )
    assert shown.id == wanted
    assert "91009" in {notice.code for notice in shown.warnings}


def test_basic_with_the_tills_password(connect, sandbox):
    till = Till("till.bandra.01", username="till.bandra.01", password="demo-till")
    client = connect(auth="basic", client_key="", client_secret="", till=till)
    assert client.send(loyalty.details(customer_id=sandbox.characters["everything"]["id"]))


def test_expired_tokens_are_renewed_once(connect, sandbox):
    client = connect()
    person = sandbox.characters["everything"]["id"]
    client.send(loyalty.details(customer_id=person))
    sandbox.expire_tokens()
    assert client.send(loyalty.details(customer_id=person))


def test_faults_turn_into_the_right_errors(connect, sandbox):
    person = sandbox.characters["everything"]["id"]
    client = connect(read_timeout_seconds=1.0, deadline_seconds=1.5)
    sandbox.add_fault(kind="status", status=503, path="/v2/customers/*", count=1)
    assert client.send(loyalty.details(customer_id=person))
    sandbox.add_fault(kind="nonsense", path="/v2/customers/*", count=1)
    with pytest.raises((Garbled, Unreachable)):
        client.send(loyalty.details(customer_id=person))
    sandbox.add_fault(kind="drop_before", path="/v2/customers/*", count=3)
    with pytest.raises(Unreachable):
        client.send(loyalty.details(customer_id=person))


def test_a_write_dropped_after_the_work_is_unknown_and_was_done_once(connect, sandbox):
    person = sandbox.characters["everything"]["id"]
    sandbox.add_fault(kind="drop_after", path="/v1.1/customer/notes", method="POST", count=1)
    with pytest.raises(OutcomeUnknown):
        connect().send(notes.add(text="Only once, please.", customer_id=person))
    listed = connect().send(notes.get(customer_id=person))
    assert [note.text for note in listed].count("Only once, please.") == 1


def test_no_identifier_of_the_exchange_is_in_what_is_recorded(connect, sandbox, memory):
    answers_of(connect(), every_read(sandbox))
    kept = repr([(one.path, one.params, one.body) for one in memory.intents])
    kept += repr([one.reply for one in memory.outcomes])
    for row in sandbox.characters["everything"]["identifiers"]:
        assert str(row["value"]) not in kept, row["name"]
    for word in ("demo-secret", "Kulkarni", "Imran Shetty", "friend12"):
        assert word not in kept, word


def test_redemptions_are_found_by_reference_and_period(connect, sandbox):
    person = sandbox.characters["everything"]["id"]
    found = connect().send(
        redemptions.history(customer_id=person, external_reference_number="no-such-reference")
    )
    assert found.points == ()
