"""Webhooks: a message with each event, signed, sent until it arrives, and never to where nothing may be sent."""

import base64
import hmac
import json
import socket
import threading
import time
import uuid
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.core.errors import BadInput, Refused
from apps.customers.models import NoteAct
from apps.customers.note_states import settle
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.tracing import trace
from apps.operations import leases, sweeps
from apps.operations.acts.results import Result, note
from apps.operations.acts.rows import ActState, kept
from apps.operations.health.webhooks import webhooks
from apps.operations.models import Notice, Operation
from apps.operations.webhooks import events, reaching, registering, sending, signing
from apps.operations.webhooks.rows import Delivery, Endpoint
from apps.operations.work.ending import end_cancelled
from apps.points.models import Redemption
from apps.staff.confirming.models import ProposedChange
from tests.audit.conftest import ASHA
from tests.support.people import person


class Receiver(BaseHTTPRequestHandler):
    """Answers as told: a status, or "drop" (no answer), "delay" (one too late), "drip" (a header that never ends)."""

    def do_POST(self):
        server = self.server
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        server.got.append((dict(self.headers), body))
        server.meanwhile()
        how = server.answers.pop(0) if server.answers else 200
        if how == "drop":
            self.connection.close()
            return
        if how == "delay":
            time.sleep(0.6)
        if how == "drip":
            self._drip()
            return
        self.send_response(how if isinstance(how, int) else 200)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self):
        """A byte before any read timeout is over, again and again."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        until = time.monotonic() + 20
        while time.monotonic() < until and not self.server.stopped.wait(0.1):
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def log_message(self, *_args):
        """Nothing."""


@pytest.fixture
def receiver(monkeypatch):
    """A server that keeps what it got in `got` and answers from `answers`, then 200; `meanwhile` is called before."""
    monkeypatch.setattr(reaching, "SECONDS", 0.4)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answers, server.stopped, server.meanwhile = [], [], threading.Event(), lambda: None
    server.url = f"http://127.0.0.1:{server.server_port}/hook?tenant=7"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.stopped.set()
    server.shutdown()
    server.server_close()


def endpoint_at(url, *names, name="Data lake"):
    secret = signing.new_secret()
    sealed = signing.sealer.seal(secret)
    made = Endpoint.objects.create(
        name=name, url=url, events=list(names or events.EVENTS), secret=sealed, made_by_name="Imran Qureshi"
    )
    made.plain = secret
    return made


@pytest.fixture
def endpoint(db, receiver):
    return endpoint_at(receiver.url)


def actor_named(user):
    return Actor(user_id=user.pk, name=user.name, role="Administrator")


def tell_one():
    assert events.tell(events.OPERATION_FINISHED, id=7, state="done") == 1
    return Delivery.objects.get()


def sweep():
    """One ring of the sweep, with all that waits being due."""
    Delivery.objects.filter(state="waiting").update(next_try_at=timezone.now() - timedelta(seconds=1))
    return sending.send_due()


def test_the_signature_is_that_of_the_standard():
    told = signing.headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body='{"test": 2432232314}',
    )
    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_arrives_signed_and_once(endpoint, receiver):
    one = tell_one()
    assert leases.run(sweeps.named("operations.webhooks")) == 1
    [(headers, body)] = receiver.got
    assert json.loads(body)["data"] == {"id": 7, "state": "done"}
    assert (headers["webhook-id"], headers["Content-Type"]) == (one.message_id, "application/json")
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    key = base64.b64decode(endpoint.plain.removeprefix("whsec_"))
    mine = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{mine}"
    one.refresh_from_db()
    endpoint.refresh_from_db()
    assert (one.state, one.tries, one.status, one.words) == ("done", 1, 200, "Answered 200.")
    assert endpoint.last_ok_at
    assert sweep() == 0


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (500, "Answered 500."),
        (302, "Answered 302."),
        ("drop", "No connection, or it broke."),
        ("delay", "No answer in time."),
        ("drip", "No answer in time."),
    ],
)
def test_what_does_not_arrive_comes_again_under_the_same_id(endpoint, receiver, how, words):
    receiver.answers[:] = [how, 204]
    one = tell_one()
    assert sweep() == 1
    one.refresh_from_db()
    assert (one.state, one.tries, one.words) == ("waiting", 1, words)
    assert timedelta(seconds=5) < one.next_try_at - timezone.now() < timedelta(seconds=11)
    assert sending.send_due() == 0
    sweep()
    one.refresh_from_db()
    assert (one.state, one.tries, one.status) == ("done", 2, 204)
    assert {headers["webhook-id"] for headers, _body in receiver.got} == {one.message_id}
    assert Endpoint.objects.get().failing_since is None


def test_pauses_grow_until_three_days_are_over(endpoint, receiver):
    receiver.answers[:] = [500] * 12
    one = tell_one()
    pauses = []
    for _try in range(10):
        sweep()
        one.refresh_from_db()
        pauses.append(one.next_try_at - timezone.now())
    assert pauses[:8] == sorted(pauses[:8])
    assert pauses[-1] <= timedelta(hours=12)
    Delivery.objects.update(begun_at=timezone.now() - timedelta(days=3))
    sweep()
    one.refresh_from_db()
    assert (one.state, one.tries) == ("parked", 11)


@pytest.mark.parametrize(("how", "days", "why"), [(500, 3, "three days"), (410, 0, "gone")])
def test_who_is_silent_too_long_is_switched_off_with_a_mark_an_entry_and_a_word_to_administrators(
    endpoint, receiver, client_as, administrator, agent, settings, how, days, why
):
    settings.CONSOLE_MAIL_IS_SENT = days > 0
    receiver.answers[:] = [how]
    tell_one()
    events.tell(events.OPERATION_FINISHED, id=8, state="done")
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=days))
    sweep()
    assert len(receiver.got) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"parked"}
    entry = Entry.objects.get(action="operations.webhook_gave_up")
    assert why in entry.content["details"]["why"]
    assert events.tell(events.OPERATION_FINISHED, id=9, state="done") == 0
    assert why in client_as(administrator).get(f"/webhooks/{endpoint.pk}/").content.decode()
    notice = Notice.objects.get()
    assert (notice.user, notice.level, notice.url) == (administrator, "bad", f"/webhooks/{endpoint.pk}/")
    assert "The webhook Data lake was switched off: " in notice.words
    assert f'id="notice-{notice.pk}"' in client_as(administrator).get("/people/").content.decode()
    assert why in notice.words
    sweeps.named("staff.letters").run()
    assert [one.to for one in mail.outbox] == [[administrator.email]] * (days > 0)
    for one in mail.outbox:
        assert "Hello Imran Qureshi" in one.body
        assert why in one.body


def test_one_that_is_ill_holds_up_no_other(endpoint, receiver):
    dead = endpoint_at("http://127.0.0.1:9/", name="Away")
    for number in range(3):
        events.tell(events.OPERATION_FINISHED, id=number, state="done")
    assert sweep() == 4
    assert len(receiver.got) == 3
    assert dead.deliveries.filter(tries=1).count() == 1


def test_much_that_waits_for_one_that_is_ill_holds_up_no_other(endpoint, receiver, monkeypatch):
    """Its messages are older, and more than one run takes."""
    monkeypatch.setattr(sending, "MOST_OF_ONE", 3)
    dead = endpoint_at("http://127.0.0.1:9/", events.OPERATION_FINISHED, name="Away")
    endpoint.events = [events.GOODWILL_DECIDED]
    endpoint.save()
    for number in range(5):
        events.tell(events.OPERATION_FINISHED, id=number, state="done")
    sweep()
    events.tell(events.GOODWILL_DECIDED, id=1)
    assert sweep() == 2
    assert len(receiver.got) == 1
    assert dead.deliveries.filter(state="waiting").count() == 5


def test_slow_ones_hold_up_nobody_and_are_asked_beside_each_other(db, receiver, monkeypatch):
    """Ten that drip, each until its deadline; one that is well has five messages and gets all of them at once."""
    monkeypatch.setattr(reaching, "SECONDS", 0.8)
    receiver.answers[:] = ["drip"] * 10
    slow = [endpoint_at(receiver.url, name=f"Slow {number}") for number in range(10)]
    Endpoint.objects.update(failing_since=timezone.now())
    events.tell(events.OPERATION_FINISHED, id=1)
    well = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    well.got, well.answers, well.meanwhile = [], [], lambda: at.append(time.monotonic())
    threading.Thread(target=well.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    lake = endpoint_at(f"http://127.0.0.1:{well.server_port}/", events.GOODWILL_DECIDED)
    for number in range(5):
        events.tell(events.GOODWILL_DECIDED, id=number)
    Delivery.objects.exclude(endpoint=lake).exclude(event=events.OPERATION_FINISHED).delete()
    at, began = [], time.monotonic()
    assert sweep() == 15
    took = time.monotonic() - began
    well.shutdown()
    well.server_close()
    assert len(at) == 5
    assert max(at) - began < 0.7
    # Four at once, in three rounds of 0.8 s; one after the other they would take eight.
    assert took < 5
    assert {one.deliveries.get().words for one in slow} == {"No answer in time."}


def test_one_that_fails_is_asked_however_much_waits_for_others(db, receiver, monkeypatch):
    """Eight that are well and slow would hold all places for as long as a run begins anything."""
    monkeypatch.setattr(reaching, "SECONDS", 2)
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    receiver.answers[:] = ["delay"] * sending.AT_ONCE
    for number in range(sending.AT_ONCE):
        endpoint_at(receiver.url, name=f"Well {number}")
    back = endpoint_at(receiver.url, name="Back again")
    Endpoint.objects.filter(pk=back.pk).update(failing_since=timezone.now())
    events.tell(events.OPERATION_FINISHED, id=1)
    assert sweep() == sending.AT_ONCE
    back.refresh_from_db()
    assert (back.deliveries.get().state, back.failing_since) == ("done", None)


def test_names_that_are_looked_up_for_ever_hold_up_nobody(db, receiver, monkeypatch):
    """Nothing bounds that but the machine; whoever comes back too late sends nothing any more."""
    monkeypatch.setattr(reaching, "SECONDS", 0.2)
    monkeypatch.setattr(sending, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(sending.random, "shuffle", lambda _by_name: None)
    found, looked_up, asked = socket.getaddrinfo, threading.Event(), threading.Event()

    def looking(host, *args, **more):
        if host == "slow.example.com":
            asked.set()
            looked_up.wait(10)
            host = "127.0.0.1"
        return found(host, *args, **more)

    monkeypatch.setattr(reaching.socket, "getaddrinfo", looking)
    for number in range(sending.AT_ONCE):
        endpoint_at(f"http://slow.example.com:{receiver.server_port}/", name=f"Slow {number}")
    well = endpoint_at(receiver.url, name="Well")
    events.tell(events.OPERATION_FINISHED, id=7)
    began = time.monotonic()
    assert sweep() == sending.AT_ONCE + 1
    assert time.monotonic() - began < 3
    assert asked.is_set()
    assert well.deliveries.get().state == "done"
    slow = Delivery.objects.exclude(endpoint=well)
    assert set(slow.values_list("state", "words")) == {("waiting", "No answer in time.")}
    looked_up.set()
    time.sleep(0.3)
    assert len(receiver.got) == 1


def test_nothing_is_sent_after_the_deadline(endpoint, receiver, monkeypatch):
    """Looking up and connecting each end in time, and together do not."""
    found = socket.getaddrinfo

    def looking(*args, **more):
        time.sleep(0.25)
        return found(*args, **more)

    monkeypatch.setattr(reaching.socket, "getaddrinfo", looking)
    one = tell_one()
    sweep()
    one.refresh_from_db()
    assert (one.words, receiver.got) == ("No answer in time.", [])


@pytest.mark.django_db(transaction=True)
def test_what_is_removed_while_it_is_sent_stops_no_run(receiver, administrator):
    one = endpoint_at(receiver.url)
    tell_one()

    def removed_meanwhile():
        registering.remove(actor=actor_named(administrator), pk=one.pk)
        connection.close()

    receiver.meanwhile = removed_meanwhile
    assert sweep() == 1
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_off_at_once_is_at_once(receiver, administrator):
    """What waits behind the message that is on its way is not sent."""
    one = endpoint_at(receiver.url)
    for number in range(3):
        events.tell(events.OPERATION_FINISHED, id=number)

    def off_meanwhile():
        registering.switch(actor=actor_named(administrator), pk=one.pk, on=False)
        connection.close()

    receiver.meanwhile = off_meanwhile
    assert sweep() == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["done", "waiting", "waiting"]


def test_a_worker_killed_while_sending_is_followed_by_another(endpoint, receiver, monkeypatch):
    one = tell_one()

    def die(*_args):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(reaching, "post", die)
        with pytest.raises(SystemExit):
            sending.send_due()
    assert sending.send_due() == 0
    assert sweep() == 1
    one.refresh_from_db()
    assert one.state == "done"


def test_a_message_lives_and_dies_with_its_event(endpoint):
    with transaction.atomic():
        tell_one()
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()
    with pytest.raises(LookupError):
        events.tell("customer.viewed", id=1)


def told():
    return [json.loads(one.body) for one in Delivery.objects.order_by("pk")]


def test_a_decision_on_goodwill_is_told_once_it_took_place(endpoint, reference):
    request = GoodwillRequest(pk=418, kind="points", amount=500, customer_id=4417, state="approved")
    trace("approved", request, actor=ASHA, outcome="unknown")
    trace("opened", request, actor=ASHA)
    assert told() == []
    trace("approved", request, actor=ASHA)
    [one] = told()
    assert one["type"] == "goodwill.decided"
    assert one["data"] == {"id": 418, "number": request.number, "decision": "approved", "state": "approved"}
    assert "4417" not in json.dumps(one)


@pytest.mark.parametrize(
    ("was", "becomes", "count"),
    [("unknown", "done", 1), ("person", "not_done", 1), ("in_progress", "done", 0), ("unknown", "person", 0)],
)
def test_what_was_not_known_is_told_when_it_is(endpoint, was, becomes, count):
    act = Redemption(pk=31, state=was, customer_id=4417)
    note(act, Result(ActState(becomes)), timezone.now())
    assert [one["data"] for one in told()] == [
        {"kind": "redemption", "id": 31, "reference": act.reference, "outcome": becomes}
    ][:count]


def test_a_note_that_was_not_known_is_told_too(endpoint, agent, reference):
    act = NoteAct.objects.create(
        token=uuid.uuid4(), user=agent, customer_id=4417, state="unknown", text_hash="h", text_sealed="s"
    )
    settle(actor=ASHA, act=act, state=NoteAct.State.NOT_DONE)
    [one] = told()
    assert one["data"] == {"kind": "noteact", "id": act.pk, "reference": act.reference, "outcome": "not_done"}


def test_the_end_of_an_operation_is_told(endpoint, manager, reference):
    operation = Operation.objects.create(
        kind="trail_export",
        title="A trail",
        state="waiting",
        requested_by=manager,
        requester_name=manager.name,
        actor=kept(ASHA),
    )
    with transaction.atomic():
        end_cancelled(operation)
    [one] = told()
    assert one["data"] == {
        "id": operation.pk,
        "number": operation.number,
        "kind": "trail_export",
        "state": "cancelled",
        "rows": {},
    }


def test_only_what_was_chosen_is_told(db, receiver):
    endpoint_at(receiver.url, events.GOODWILL_DECIDED)
    assert events.tell(events.OPERATION_FINISHED, id=1) == 0
    assert events.tell(events.GOODWILL_DECIDED, id=1) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://[64:ff9b::a01:203]/",
        "https://[64:ff9b:1::a01:203]/",
        "https://[::ffff:0:a01:203]/",
        "https://[::a01:203]/",
        "https://[2002:a01:203::]/",
        "https://[fec0::1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://user:secret@93.184.216.34/",
        "ftp://93.184.216.34/",
        "https://93.184.216.34:99999/",
        "https://nobody.invalid/",
        "nonsense",
    ],
)
def test_when_live_nothing_is_sent_into_the_house_or_in_clear(settings, url):
    settings.CONSOLE_ENVIRONMENT = "live"
    with pytest.raises(BadInput):
        reaching.target(url)


def test_the_connection_goes_to_the_number_that_was_looked_at(settings, monkeypatch):
    settings.CONSOLE_ENVIRONMENT = "live"
    answers = [("93.184.216.34", 443), ("127.0.0.1", 443)]
    monkeypatch.setattr(
        reaching.socket, "getaddrinfo", lambda *_args, **_more: [(2, 1, 6, "", answers.pop(0))]
    )
    to = reaching.target("https://hooks.example.com/x?y=1")
    assert to.origin == "https://hooks.example.com"
    pool = reaching._pool(to, reaching.urllib3.Timeout(1))
    assert (pool.host, pool.assert_hostname) == ("93.184.216.34", "hooks.example.com")
    assert (to.path, reaching._host(to)) == ("/x?y=1", "hooks.example.com")
    with pytest.raises(BadInput):
        reaching.target("https://hooks.example.com/")


def test_an_endpoint_is_added_with_a_secret_shown_once_and_kept_sealed(client_as, administrator, receiver):
    client = client_as(administrator)
    typed = {"name": "Data lake", "url": receiver.url, "events": ["goodwill.decided"]}
    page = client.post("/webhooks/add/", typed).content.decode()
    made = Endpoint.objects.get()
    secret = signing.sealer.unseal(made.secret)
    assert secret in page
    assert secret not in made.secret
    for path in ("/webhooks/", f"/webhooks/{made.pk}/"):
        assert secret not in client.get(path).content.decode()
    entry = Entry.objects.get(action="operations.webhook_added")
    assert secret not in bytes(entry.payload).decode()
    assert entry.content["details"]["host"] == "127.0.0.1"
    again = client.post("/webhooks/add/", typed | {"name": "data LAKE"})
    assert (again.status_code, "There is a webhook of this name." in again.content.decode()) == (422, True)
    assert Endpoint.objects.count() == 1


def test_pressed_twice_it_is_added_once_and_its_secret_is_shown_still(
    client_as, administrator, receiver, settings
):
    client, other = client_as(administrator), client_as(administrator)
    once = client.get("/webhooks/add/").context["form"]["once"].value()
    typed = {"name": "Data lake", "url": receiver.url, "events": ["goodwill.decided"], "once": once}
    assert client.post("/webhooks/add/", typed | {"url": "nonsense"}).status_code == 422
    assert client.post("/webhooks/add/", typed).status_code == 200
    secret = signing.sealer.unseal(Endpoint.objects.get().secret)
    twice = client.post("/webhooks/add/", typed | {"csrfmiddlewaretoken": "another"})
    assert (twice.status_code, secret in twice.content.decode()) == (200, True)
    # Only for the session that added it, and only this form.
    anew = client.get("/webhooks/add/").context["form"]["once"].value()
    for page in (other.post("/webhooks/add/", typed), client.post("/webhooks/add/", typed | {"once": anew})):
        assert (page.status_code, "There is a webhook of this name." in page.content.decode()) == (422, True)
        assert secret not in page.content.decode()
    # Another name in the same form is another webhook.
    assert client.post("/webhooks/add/", typed | {"name": "Data sea"}).status_code == 200
    assert Endpoint.objects.count() == 2
    # Where two are needed it is shown to the second, who is asked for the same change by every such form.
    settings.CONSOLE_SECOND_PERSON = True
    for each in (once, once, anew):
        assert client.post("/webhooks/add/", typed | {"name": "Till", "once": each}).status_code == 302
    assert len(set(ProposedChange.objects.values_list("digest", flat=True))) == 1


def test_what_sends_something_out_of_the_house_asks_for_a_proof_and_for_a_second_person(
    client_as, administrator, stores, receiver, settings
):
    settings.CONSOLE_SECOND_PERSON, settings.CONSOLE_PROOF_MINUTES = True, 0
    one, two = client_as(administrator), client_as(person(stores, "Sara Lindholm"))
    typed = {"name": "Data lake", "url": receiver.url, "events": ["goodwill.decided"]}
    assert "proof-" in one.post("/webhooks/add/", typed).content.decode()
    settings.CONSOLE_PROOF_MINUTES = 10
    change = one.post("/webhooks/add/", typed)["Location"]
    page = one.get(change).content.decode()
    assert f"http://127.0.0.1:{receiver.server_port}" in page
    assert "tenant=7" not in page
    assert "Goodwill was approved or rejected" in page
    one.post(f"{change}ask/", {"reason": "The data lake wants to know"})
    assert not Endpoint.objects.exists()
    shown = two.post(f"{change}confirm/").content.decode()
    made = Endpoint.objects.get()
    assert signing.sealer.unseal(made.secret) in shown
    assert made.made_by_words == "asked by Imran Qureshi, confirmed by Sara Lindholm"
    assert made.made_by_words in one.get(f"/webhooks/{made.pk}/").content.decode()
    # Off at once, on again by two.
    one.post(f"/webhooks/{made.pk}/switch/")
    assert Endpoint.objects.get().off_at
    change = one.post(f"/webhooks/{made.pk}/switch/", {"on": "1"})["Location"]
    one.post(f"{change}ask/", {"reason": "It is mended"})
    two.post(f"{change}confirm/")
    assert Endpoint.objects.get().off_at is None
    with pytest.raises(Refused, match="One person alone"):
        registering.add(actor=actor_named(administrator), name="Other", url=receiver.url, events=["x"])


def test_auditors_read_who_is_told_of_what_but_not_the_whole_address(client_as, auditor, endpoint):
    client = client_as(auditor)
    for path in ("/webhooks/", f"/webhooks/{endpoint.pk}/"):
        page = client.get(path).content.decode()
        assert "127.0.0.1" in page
        assert "tenant=7" not in page
        assert "/webhooks/add/" not in page
        assert f"/webhooks/{endpoint.pk}/switch/" not in page


@pytest.mark.parametrize(
    ("state", "tone", "says"),
    [
        ({}, "ok", "All of them take what they are told."),
        ({"failing_since": timezone.now()}, "warn", "These do not answer as they should: Data lake."),
        ({"off_at": timezone.now()}, "warn", "These are off and told of nothing: Data lake."),
    ],
)
def test_health_names_the_endpoints_that_fail_or_are_off(endpoint, state, tone, says):
    Endpoint.objects.update(**state)
    seen = webhooks()
    assert (seen.tone, seen.sentence) == (tone, says)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": "Lake", "url": "gopher://x", "events": ["goodwill.decided"]}, "This is no address."),
        (
            {"name": "Lake", "url": "http://nobody.invalid/", "events": ["goodwill.decided"]},
            "Nobody knows the host",
        ),
        ({"name": "Lake", "url": "http://127.0.0.1/"}, "Choose at least one event."),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_kept(client_as, administrator, typed, words):
    answer = client_as(administrator).post("/webhooks/add/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="Lake"' in page
    assert not Endpoint.objects.exists()


def test_switching_sending_again_and_removing_are_acts(client_as, administrator, endpoint, receiver):
    client = client_as(administrator)
    one = tell_one()
    Delivery.objects.update(state="parked", tries=9, begun_at=timezone.now() - timedelta(days=4))
    page = f"/webhooks/{endpoint.pk}/"
    client.post(f"{page}switch/", {})
    assert client.post(f"{page}switch/", {}).status_code == 409
    assert client.post(f"/webhooks/messages/{one.pk}/again/").status_code == 409
    client.post(f"{page}switch/", {"on": "1"})
    client.post(f"/webhooks/messages/{one.pk}/again/")
    assert sweep() == 1
    assert receiver.got[0][0]["webhook-id"] == one.message_id
    assert "Keep Data lake" in client.get(f"{page}remove/").content.decode()
    client.post(f"{page}remove/")
    assert client.get(page).status_code == 404
    assert (Delivery.objects.count(), Endpoint.objects.get().secret) == (0, "")
    done = list(Entry.objects.order_by("id").values_list("action", flat=True))
    assert [name.removeprefix("operations.webhook_") for name in done if "webhook" in name] == [
        "switched_off",
        "switched_on",
        "sent_again",
        "removed",
    ]


def test_the_log_of_messages_costs_the_same_for_one_and_for_many(client_as, administrator, endpoint):
    client = client_as(administrator)
    counts = []
    for number in (1, 12):
        for each in range(number):
            events.tell(events.OPERATION_FINISHED, id=each, state="done")
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(f"/webhooks/{endpoint.pk}/")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_old_messages_are_forgotten_and_waiting_ones_are_not(endpoint):
    for number in range(2):
        events.tell(events.OPERATION_FINISHED, id=number)
    old = timezone.now() - timedelta(days=31)
    first = Delivery.objects.order_by("pk").first()
    Delivery.objects.update(made_at=old)
    Delivery.objects.filter(pk=first.pk).update(state="done")
    assert sending.forget_old() == 1
    assert Delivery.objects.get().state == "waiting"
