"""The pages of subject requests: by role, whole and in words, with mistakes beside their fields."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry, SubjectRequest
from apps.audit.services import record
from apps.audit.subject_requests import erasing
from apps.audit.subject_requests.showing import OPEN_ACTS
from apps.audit.subject_requests.working import go_on
from tests.support.somebody import CUSTOMER, FRIEND, MOBILE, NAME, Somebody
from tests.support.trail import without_triggers

pytestmark = pytest.mark.django_db
LIST = "/trail/subject-requests/"
State = SubjectRequest.State


@pytest.fixture
def known(agent, stores):
    return Somebody(agent, stores.contact_centre).live()


@pytest.fixture
def desk(client_as, auditor):
    return client_as(auditor)


def url_of(name, request):
    return reverse(f"audit:subject_{name}", args=[request.pk])


def test_each_page_whole_and_signed_out(known, subject, desk, client_as, agent):
    one = subject.open("erasure")
    subject.do(erasing.ask_to_confirm, one)
    for url in (
        LIST,
        f"{LIST}?ended=1",
        f"{LIST}new/",
        url_of("request", one),
        url_of("erasure_confirm", one),
    ):
        answer = desk.get(url)
        assert answer.status_code == 200, url
        assert answer.content.count(b"<h1") == 1
        assert client_as().get(url).status_code == 302
        assert client_as(agent).get(url).status_code == 403


def test_it_is_opened_from_a_form_and_mistakes_stand_beside_their_fields(known, desk):
    values = {
        "kind": "access",
        "whom": MOBILE,
        "received_on": timezone.localdate().isoformat(),
        "came_by": "letter",
    }
    for wrong in ({"whom": ""}, {"received_on": "soon"}, {"received_on": "2099-01-01"}, {"kind": "x"}):
        answer = desk.post(f"{LIST}new/", values | wrong)
        assert answer.status_code == 422
        assert b'aria-invalid="true"' in answer.content or b'role="alert"' in answer.content
    answer = desk.post(f"{LIST}new/", values)
    made = SubjectRequest.objects.get()
    assert answer.url == url_of("request", made)
    words = desk.get(answer.url).content.decode()
    assert MOBILE not in words
    assert made.number in words
    assert str(CUSTOMER) in words


@pytest.mark.parametrize(("typed", "told"), [("nonsense", "•"), ("99999", "99999"), ("915557700009", "•")])
def test_for_somebody_nobody_knows_it_opens_only_when_that_is_said(known, desk, typed, told):
    values = {
        "kind": "access",
        "whom": typed,
        "received_on": timezone.localdate().isoformat(),
        "came_by": "email",
    }
    assert 'name="nobody"' not in desk.get(f"{LIST}new/").content.decode()
    # Having searched the trail for them first makes nobody known.
    assert desk.get("/trail/", {"customer": typed}, follow=True).status_code in (200, 422)
    for _ in range(2):
        answer = desk.post(f"{LIST}new/", values)
        assert answer.status_code == 422
        assert "Nobody is known by this." in answer.content.decode()
        assert 'name="nobody"' in answer.content.decode()
        assert not SubjectRequest.objects.exists()
        entry = Entry.objects.get(action="subject.request.nobody_known", reference=answer["X-Reference"])
        assert told in entry.content["details"]["whom"]
        assert b"nonsense" not in bytes(entry.payload)
    assert desk.post(f"{LIST}new/", values | {"nobody": "on"}).status_code == 302
    assert desk.post(f"{LIST}new/", values).status_code == 422
    assert SubjectRequest.objects.count() == 1


def test_who_is_known_by_an_identifier_only_is_somebody(known, desk):
    values = {
        "kind": "access",
        "whom": FRIEND,
        "received_on": timezone.localdate().isoformat(),
        "came_by": "email",
    }
    record("customer.looked_up", actor=known.actor, outcome="not_done", identifiers=[("mobile", FRIEND)])
    assert desk.post(f"{LIST}new/", values).status_code == 302


def test_the_list_tells_the_clock_in_words_and_counts_in_the_navigation(known, subject, desk):
    subject.open("access", received_on=timezone.localdate() - timedelta(days=60))
    subject.open("erasure")
    answer = desk.get(LIST)
    words = answer.content.decode()
    assert "overdue by" in words
    assert "days left" in words
    item = next(one for one in answer.context["navigation"] if one.url == LIST)
    assert (item.count, item.current) == (2, True)


def test_the_list_costs_the_same_however_long(known, subject, desk, django_assert_max_num_queries):
    for _ in range(12):
        subject.open("access")
    desk.get(LIST)
    with django_assert_max_num_queries(16):
        desk.get(LIST)


def test_a_pack_is_made_and_fetched_from_its_page(known, subject, desk):
    one = subject.open("access")
    assert desk.post(url_of("pack_make", one), {"reason": ""}).status_code == 422
    assert desk.post(url_of("pack_make", one), {"reason": "Called back."}).status_code == 302
    assert "every 3s" in desk.get(url_of("request", one)).content.decode()
    go_on()
    one.refresh_from_db()
    words = desk.get(url_of("request", one)).content.decode()
    assert one.pack_sha256 in words
    assert "every 3s" not in words
    assert desk.post(url_of("pack_fetch", one), {"reason": " "}).status_code == 422
    answer = desk.post(url_of("pack_fetch", one), {"reason": "To send it."})
    assert answer["Content-Disposition"] == f'attachment; filename="{one.number}.zip"'
    assert answer["Cache-Control"] == "no-store"
    assert len(b"".join(answer.streaming_content)) == one.pack_size
    assert desk.post(url_of("request_answer", one), {"reason": "By letter."}).status_code == 302


def test_the_person_who_asked_sees_why_they_cannot_confirm_and_another_can(
    known, subject, desk, client_as, administrator
):
    one = subject.open("erasure")
    assert desk.post(url_of("erasure_ask", one), {"reason": "A copy of the passport."}).status_code == 302
    assert "Somebody else has to confirm it." in desk.get(url_of("request", one)).content.decode()
    assert desk.post(url_of("erasure_confirm", one), {"reason": "Looked."}).status_code == 403
    other = client_as(administrator)
    assert "None of it can come back." in other.get(url_of("erasure_confirm", one)).content.decode()
    assert other.post(url_of("erasure_confirm", one), {"reason": ""}).status_code == 422
    assert other.post(url_of("erasure_confirm", one), {"reason": "Looked."}).status_code == 302
    go_on()
    words = other.get(url_of("request", one)).content.decode()
    assert "What was destroyed" in words
    assert NAME not in words


def test_the_second_person_reads_how_much_goes_and_why_the_first_one_asked(
    known, subject, client_as, administrator
):
    one = subject.open("erasure")
    subject.do(erasing.ask_to_confirm, one, reason="A copy of the passport.")
    page = client_as(administrator).get(url_of("erasure_confirm", one))
    assert '<q class="lc-break">A copy of the passport.</q>' in page.content.decode()
    counts = dict(page.context["goes"])
    assert counts["Redemptions"] == 1
    assert counts["People they invited"] >= 1
    assert not {"What was done about them", "Their requests"} & set(counts)
    subject.do(erasing.confirm, one, user=administrator)
    beside = counts["Identifiers beside entries"] + len(one.digests)
    go_on()
    one.refresh_from_db()
    assert counts["Identifiers beside entries"] <= one.tally["audit"]["identifiers"] <= beside + 2


@pytest.mark.parametrize("url", ["pack_make", "request_refuse"])
def test_the_page_comes_back_with_the_focus_on_the_mistake(known, subject, desk, url):
    def focused(answer):
        fields = re.findall(r"<(?:input|select)[^>]*>", answer.content.decode())
        return [one for one in fields if " autofocus" in one and 'aria-invalid="true"' in one]

    one = subject.open("access")
    assert [
        field.count('name="reason"') for field in focused(desk.post(url_of(url, one), {"reason": ""}))
    ] == [1]
    answer = desk.post(f"{LIST}new/", {"kind": "access", "whom": ""})
    assert [field.count('name="whom"') for field in focused(answer)] == [1]


def test_an_open_act_is_named_on_the_page(known, subject, desk):
    from apps.points.models import Redemption

    Redemption.objects.update(state="unknown")
    one = subject.open("erasure")
    answer = desk.post(url_of("erasure_ask", one), {"reason": "A copy of the passport."})
    assert answer.status_code == 409
    assert Redemption.objects.get().number in answer.content.decode()
    number = Redemption.objects.get().number
    assert f'<a class="lc-nowrap" href="/trail/about/{number}/">{number}</a>' in answer.content.decode()
    refused = Entry.objects.get(action="subject.act.refused")
    assert (refused.outcome, refused.customer, refused.subject) == ("refused", str(CUSTOMER), one.number)
    assert Redemption.objects.get().number in refused.reason
    assert refused.reference == answer["X-Reference"]
    assert refused.reference in answer.content.decode()
    assert desk.get(reverse("audit:click", args=[refused.reference])).status_code == 200


def test_a_mistake_beside_its_field_is_no_refusal(known, subject, desk):
    one = subject.open("erasure")
    assert desk.post(url_of("erasure_ask", one), {"reason": " "}).status_code == 422
    assert not Entry.objects.filter(action="subject.act.refused").exists()


def _reading():
    found = Entry.objects.filter(action__regex="^subject[.].*(viewed|form_opened)$").order_by("pk")
    return list(found.values_list("action", flat=True))


def test_reading_is_an_entry_and_waiting_for_the_worker_is_not(known, subject, desk, client_as, auditor):
    one = subject.open("access")
    subject.ask_for_pack(one)
    desk.get(LIST)
    desk.get(url_of("request", one))
    again = client_as(auditor, htmx=True)
    again.get(url_of("request", one), headers={"HX-Target": "subject-request"})
    assert _reading() == ["subject.requests.viewed", "subject.request.viewed"]


def test_who_only_says_that_they_wait_is_in_the_trail_all_the_same(known, subject, client_as, administrator):
    """The header that a waiting page sends is anybody's to send."""
    one = subject.open("access")
    asked = {"headers": {"HX-Target": "subject-request"}}
    htmx = client_as(administrator, htmx=True)
    htmx.get(url_of("request", one), **asked)
    htmx.get(url_of("request", one), **asked)
    assert _reading() == ["subject.request.viewed"] * 2
    subject.ask_for_pack(one)
    htmx.get(url_of("request", one), **asked)
    assert _reading() == ["subject.request.viewed"] * 2
    with without_triggers():
        Entry.objects.update(at=timezone.now() - timedelta(minutes=11))
    htmx.get(url_of("request", one), **asked)
    htmx.get(url_of("request", one), **asked)
    assert _reading() == ["subject.request.viewed"] * 3


def test_the_page_before_confirming_and_the_one_beside_a_mistake_are_entries(
    known, subject, desk, client_as, administrator
):
    one = subject.open("erasure")
    subject.do(erasing.ask_to_confirm, one)
    client_as(administrator).get(url_of("erasure_confirm", one))
    assert _reading() == ["subject.erasure.form_opened"]
    for _ in range(2):
        assert desk.post(url_of("request_refuse", one), {"reason": ""}).status_code == 422
    assert _reading() == ["subject.erasure.form_opened", "subject.request.viewed"]
    assert str(CUSTOMER) in Entry.objects.filter(action="subject.request.viewed").values_list(
        "customer", flat=True
    )


def test_after_it_entries_say_forgotten_where_the_identifier_stood(known, subject, desk):
    entry = Entry.objects.get(action="customer.revealed")
    words = desk.get(reverse("audit:entry", args=[entry.pk])).content.decode()
    assert "forgotten" not in words
    subject.confirmed()
    go_on()
    words = desk.get(reverse("audit:entry", args=[entry.pk])).content.decode()
    assert "forgotten" in words


ACTS = {
    "pack_make": "pack",
    "pack_fetch": "fetch",
    "request_answer": "answer",
    "request_refuse": "refuse",
    "erasure_ask": "ask",
    "erasure_confirm": "confirm",
}
NOT_OFFERED = [
    (kind, state, name)
    for kind in SubjectRequest.Kind.values
    for state in State.values
    for name, act in ACTS.items()
    if act not in OPEN_ACTS.get((kind, State(state)), ())
    # Where neither kind ever stands, refusing ends it all the same.
    and (kind, state, act) not in (("erasure", "ready", "refuse"), ("access", "waiting", "refuse"))
]


@pytest.mark.parametrize(("kind", "state", "name"), NOT_OFFERED)
def test_an_act_that_is_not_offered_changes_nothing(
    known, subject, client_as, administrator, kind, state, name
):
    """By whoever sends it without the page; a pack of another time lies there."""
    one = subject.open(kind)
    there = {"pack_sha256": "a" * 64, "pack_expires_at": timezone.now() + timedelta(days=1)}
    SubjectRequest.objects.update(state=state, **there)
    before, entries = SubjectRequest.objects.values().get(), Entry.objects.filter(subject=one.number).count()
    answer = client_as(administrator).post(url_of(name, one), {"reason": "Looked."})
    assert answer.status_code in (404, 409)
    assert SubjectRequest.objects.values().get() == before
    told = Entry.objects.filter(subject=one.number).order_by("pk")[entries:]
    assert [entry.action for entry in told] == ["subject.act.refused", "subject.request.viewed"]
    assert {entry.reference for entry in told} == {answer["X-Reference"]}


def test_an_erasure_that_a_pack_was_counted_for_is_carried_out(known, subject):
    """Such a pack could be made once; its numbers are no account of what was destroyed."""
    one = subject.confirmed()
    SubjectRequest.objects.update(tally={"identifiers": 3, "acts": 4})
    go_on()
    one.refresh_from_db()
    assert (one.state, one.problem) == (State.DONE, "")
    assert one.tally["audit"]["identifiers"] > 0
    assert not [many for many in one.tally.values() if isinstance(many, int)]
