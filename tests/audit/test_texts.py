"""What requests and replies said is found, whatever characters it holds, and forgotten when it has to be."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.audit import texts
from apps.audit.filters import Filters
from apps.audit.log import sealer
from apps.audit.models import Entry, EntryText, TextMark
from apps.audit.recorder import CallRecorder
from apps.audit.services import record
from apps.audit.whom import whom
from tests.audit.conftest import answered_call, sent_call
from tests.support.trail import without_triggers

pytestmark = pytest.mark.django_db
ODD = 'A "quoted" 100% _un_der\\slash\x00 Ünïcode'


def keep():
    sealer.seal_all()
    while texts.catch_up():
        pass


def found(text):
    return list(Entry.objects.filter_by(Filters(text=text)).order_by("id"))


@pytest.fixture
def said(asha):
    """A reply about a bill, and an act with an odd reason."""
    recorder, call = CallRecorder(asha), sent_call()
    recorder.sent([call])
    recorder.answered(
        [answered_call(call, reply={"bill": {"number": "INV-20611"}, "points": [4820, None, True]})]
    )
    record("trail.viewed", actor=asha, reason=ODD, details={"filters": "everything"})
    keep()


@pytest.mark.parametrize("text", ["INV-20611", "inv-206", "4820"])
def test_what_a_reply_said_is_found_whatever_its_case(said, text):
    assert [one.action for one in found(text)] == ["call.answered"]


@pytest.mark.parametrize("line", ["request:5c1f0e7a-91d2", "text:5C1F0E7A", 'text:"0e7a-91d2"'])
def test_a_call_is_found_by_the_outsides_id_of_it(said, client, auditor, line):
    client.force_login(auditor)
    page = client.get(reverse("audit:trail"), {"q": line}, follow=True)
    assert [one.entry.action for one in page.context["rows"]] == ["call.answered"]


@pytest.mark.parametrize("text", ['"quoted"', "100%", "_un_", "\\slash", "ünïcode", 'a "quoted" 100% _'])
def test_signs_that_mean_something_to_a_database_mean_themselves(said, text):
    assert [one.action for one in found(text)] == ["trail.viewed"]


@pytest.mark.parametrize("text", ["INV-20612", "10_%", "bill", "' OR 1", "NEAR(", "*", "AND"])
def test_nothing_else_is_found(said, text):
    assert found(text) == []


def test_an_entry_is_found_once_it_is_sealed_and_never_twice(asha, said):
    record("trail.viewed", actor=asha, reason="INV-20611 again", details={"filters": "everything"})
    assert len(found("INV-20611")) == 1
    keep()
    TextMark.objects.update(next_index=0)
    keep()
    assert len(found("INV-20611")) == 2
    assert EntryText.objects.count() == Entry.objects.count()


def test_words_are_forgotten(said):
    texts.forget([one.pk for one in found("INV-20611")])
    assert found("INV-20611") == []


def test_the_page_finds_them_and_asks_for_three_letters(said, client, auditor):
    client.force_login(auditor)
    page = client.get(reverse("audit:trail"), {"q": 'text:"INV-20611"'}, follow=True)
    assert page.request["QUERY_STRING"] == "text=INV-20611"
    assert "call" in page.content.decode()
    assert "1 entry" in page.content.decode()
    short = client.get(reverse("audit:trail"), {"text": "IN"})
    assert short.status_code == 422
    assert "Give at least three letters." in short.content.decode()


@pytest.mark.parametrize(
    ("line", "said_of_it"),
    [
        ("text:MT-0017", "text: •••17"),
        ("about:MT-0017", "about: •••17"),
        ('actor:"Kavya Iyer"', "actor: •••yer"),
        ("about:GR-10418", "about: GR-10418"),
        ("about:Card", "about: Card"),
        ("actor:Sweeper", "actor: Sweeper"),
        ("actor:lena", "actor: lena"),
    ],
)
def test_what_may_be_an_identifier_is_kept_as_mask_and_hash(asha, client, auditor, line, said_of_it):
    record("customer.revealed", actor=asha, customer=4417, subject="Card", reason="Asked which.")
    record(
        "trail.viewed", actor=replace(asha, user_id=None, name="Sweeper"), details={"filters": "everything"}
    )
    client.force_login(auditor)
    assert client.get(reverse("audit:trail"), {"q": line}, follow=True).status_code == 200
    read = Entry.objects.latest("id")
    assert read.content["details"]["filters"] == said_of_it
    value = line.partition(":")[2].strip('"')
    assert (read in Entry.objects.about((), whom(value).digests)) == ("•" in said_of_it)


def test_beside_a_customer_what_was_typed_is_not_taken_for_theirs(asha, client, auditor):
    record("trail.customer.viewed", actor=asha, customer=4417)
    client.force_login(auditor)
    client.get(reverse("audit:trail"), {"customer": "4417", "text": "MT-0017"})
    read = Entry.objects.latest("id")
    assert (read.customer, read.content["details"]["filters"]) == ("4417", "customer: 4417, text: •••17")
    assert not Entry.objects.about((), whom("MT-0017").digests).exists()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_any_content_has_words_that_can_be_stored(value):
    words = texts.words_of({"details": {"x": value}, "call": {"reply": value}})
    words.encode("utf-8")
    assert "\x00" not in words
    assert len(words) <= texts.LONGEST


def test_a_time_is_looked_through_before_the_newest_are_taken(said, asha, monkeypatch):
    """Older days are not hidden by a busy one."""
    monkeypatch.setattr("apps.audit.saying.MOST", 1)
    entry = Entry.objects.get(action="call.answered")
    long_ago = entry.at - timedelta(days=30)
    with without_triggers():
        Entry.objects.filter(pk__lte=entry.pk).update(at=long_ago)
    record("trail.viewed", actor=asha, reason="INV-20611 again", details={"filters": "everything"})
    keep()
    of_then = Filters(text="INV-20611", end=long_ago + timedelta(days=1))
    assert [one.pk for one in Entry.objects.filter_by(of_then)] == [entry.pk]


def test_bytes_that_somebody_altered_stop_nothing(said, asha, client, auditor):
    with without_triggers():
        Entry.objects.filter(action="trail.viewed").update(payload=b"\x86 no json")
    TextMark.objects.update(next_index=0)
    later = record("trail.viewed", actor=asha, reason="INV-20613", details={"filters": "everything"})
    keep()
    assert found("INV-20613") == [later]
    client.force_login(auditor)
    broken = Entry.objects.filter(action="trail.viewed").first()
    assert client.get(reverse("audit:trail")).status_code == 200
    assert client.get(reverse("audit:entry", args=[broken.pk])).status_code == 200
