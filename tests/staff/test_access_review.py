"""The access review: rounds by the clock, who decides on what, removing, closing, and a result that is signed."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.log import keys
from apps.audit.models import Entry
from apps.audit.services import record
from apps.core.errors import Conflict, Missing, Refused
from apps.operations.sweeps import named
from apps.staff.api.keys import make_key, revoke_key
from apps.staff.confirming.guard import let_through
from apps.staff.custom_roles.making import make_role
from apps.staff.models import ApiKey, Membership, User
from apps.staff.people import memberships
from apps.staff.review import closing, deciding, opening, reading, signing
from apps.staff.review.rows import AccessReview, ReviewLine
from apps.staff.services import give_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper(stores):
    """Somebody of Store 12 who is reviewed by its manager."""
    made = User.objects.create_user("bina.rao@example.com", "Bina Rao", "harbour lantern mosaic")
    give_role(made, "agent", stores.store_12)
    return made


@pytest.fixture
def second(stores):
    """Another administrator."""
    made = User.objects.create_user("nora.lind@example.com", "Nora Lind", "harbour lantern mosaic")
    give_role(made, "administrator", None)
    return made


@pytest.fixture
def house(agent, manager, other_manager, auditor, administrator, helper):
    """Six people with a right each."""


@pytest.fixture
def log_key():
    """The key of the log is at hand, as where a worker has sealed something."""
    keys.signer()


def by(who, role="Administrator"):
    return Actor(user_id=who.pk, name=who.name, role=role)


@pytest.fixture
def review(house, administrator):
    return opening.open_review(actor=by(administrator))


def line_of(review, who):
    return review.lines.get(person=who)


def decide_all(review, *reviewers):
    for who in reviewers:
        for line in reading.waiting_for(who).filter(review=review):
            deciding.keep(actor=by(who), user=who, pk=line.pk)


def test_a_program_is_reviewed_while_its_key_lives_with_its_use(
    house, administrator, second, stores, client_as, manager
):
    def program(name):
        return make_key(
            actor=by(administrator), user=administrator, name=name, scopes=["goodwill_ask"],
            last_day=timezone.localdate() + timedelta(days=30), stores=[stores.store_12],
        )[0]  # fmt: skip

    with let_through(second.name):
        used = program("Shop")
    revoked = program("Old shop")
    ApiKey.objects.filter(pk=used.pk).update(last_used_at=timezone.now())
    revoke_key(actor=by(administrator), pk=revoked.pk)
    acts = Actor(
        user_id=used.service_id, name="Program Shop", role="Program", store_code=stores.store_12.code, channel="api"
    )  # fmt: skip
    record("api.called", actor=acts, subject="goodwill_api:requests")
    review = opening.open_review(actor=by(administrator))
    line = line_of(review, used.service)
    assert line.last_act_at is not None
    page = client_as(administrator).get(reverse("staff:review", args=[review.pk])).content.decode()
    assert f"<legend>{line.person_name}" not in page
    page = client_as(manager).get(reverse("staff:review", args=[review.pk])).content.decode()
    for words in (
        "Its key was used last",
        "Ask for goodwill",
        "asked by Nora Lind, confirmed by Imran Qureshi",
    ):
        assert words in page
    told = dict(
        zip(
            closing.HEADER,
            next(one for one in closing._table(review) if one[0] == str(used.service)),
            strict=True,
        )
    )
    assert (told["kind"], told["asked_by"], told["given_by"]) == ("program", "Nora Lind", "Imran Qureshi")
    assert "Ask for goodwill" in told["scopes"]
    assert told["last_sign_in"]
    assert not review.lines.filter(person=revoked.service).exists()


def test_the_clock_begins_a_round_when_it_is_time_and_only_one(house, settings):
    sweep = named("staff.access_review").run
    assert sweep() == 0
    User.objects.filter(name="Asha Verma").update(joined_at=timezone.now() - timedelta(days=95))
    assert (sweep(), sweep()) == (1, 0)
    review = AccessReview.objects.get()
    assert review.due_on == timezone.localdate() + timedelta(days=settings.CONSOLE_ACCESS_REVIEW_DAYS)
    assert review.lines.count() == Membership.objects.count()
    entry = Entry.objects.get(action="staff.review.opened")
    assert (entry.channel, entry.subject) == ("system", review.number)
    with pytest.raises(Conflict):
        opening.open_review(actor=by(User.objects.get(name="Imran Qureshi")))
    AccessReview.objects.update(
        is_open=False, closed_at=timezone.now(), opened_at=timezone.now() - timedelta(days=100)
    )
    settings.CONSOLE_ACCESS_REVIEW_MONTHS = 0
    assert sweep() == 0
    settings.CONSOLE_ACCESS_REVIEW_MONTHS = 3
    assert sweep() == 1


def test_months_are_those_of_the_calendar():
    assert opening.months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert opening.months_later(date(2027, 1, 15), 12) == date(2028, 1, 15)
    assert opening.months_later(date(2026, 12, 31), 1) == date(2027, 1, 31)


def test_a_line_tells_the_last_use_of_the_right(house, agent, administrator, stores):
    give_role(agent, "store_manager", stores.store_07, actor=by(administrator))
    User.objects.filter(pk=agent.pk).update(last_login=timezone.now())
    acting = Actor(agent.pk, agent.name, "Agent", store_id=stores.contact_centre.pk, store_code="CC")
    record("staff.store_switched", actor=acting, subject="Contact Centre")
    record("api.document_read", actor=acting)
    review = opening.open_review(actor=by(administrator))
    used, unused = review.lines.filter(person=agent).order_by("role_title")
    assert used.last_act_at == Entry.objects.get(action="api.document_read").at
    assert unused.last_act_at is None
    assert unused.given_by_name == "Imran Qureshi"
    assert used.last_sign_in
    assert not used.conflicts


def test_everybody_decides_on_those_of_their_stores_and_never_on_themselves(
    review, manager, other_manager, administrator, auditor, helper, agent
):
    assert {one.person for one in reading.waiting_for(manager)} == {helper}
    assert not reading.waiting_for(other_manager).exists()
    assert not reading.waiting_for(auditor).exists()
    assert not reading.waiting_for(agent).exists()
    assert reading.waiting_for(administrator).count() == review.lines.count() - 1
    for who, whose in (
        (manager, manager),
        (manager, agent),
        (administrator, administrator),
        (auditor, agent),
    ):
        with pytest.raises(Missing):
            deciding.keep(actor=by(who), user=who, pk=line_of(review, whose).pk)


def test_a_manager_takes_a_right_away_and_it_is_gone(review, manager, helper, client_as):
    page = client_as(manager)
    url = reverse("staff:review", args=[review.pk])
    shown = page.get(url)
    text = shown.content.decode()
    assert "Bina Rao" in text
    assert "Asha Verma" not in text
    assert "checked" not in text
    assert "0 of 1 rights decided on" in text
    line = line_of(review, helper)
    decide = reverse("staff:review_decide", args=[review.pk])
    wrong = page.post(decide, {"line": line.pk, f"decision-{line.pk}": "remove"})
    assert wrong.status_code == 422
    assert "Say why this is taken away." in wrong.content.decode()
    assert 'value="remove" checked' in wrong.content.decode()
    typed = {"line": line.pk, f"reason-{line.pk}": "Left on Friday."}
    kept = page.post(decide, typed)
    assert kept.status_code == 422
    assert 'value="Left on Friday."' in kept.content.decode()
    assert Membership.objects.filter(user=helper).exists()
    assert page.post(decide, {**typed, f"decision-{line.pk}": "remove"})["Location"] == url
    assert not Membership.objects.filter(user=helper).exists()
    line.refresh_from_db()
    assert (line.decision, line.reason, line.decided_by_name) == ("remove", "Left on Friday.", "Rohan Mehta")
    ended = Entry.objects.get(action="staff.role_ended")
    assert (ended.reason, ended.actor_name) == ("Left on Friday.", "Rohan Mehta")
    removed = Entry.objects.get(action="staff.review.removed")
    assert (removed.subject, removed.reason) == ("Bina Rao", "Left on Friday.")
    assert "Nothing waits for you any more." in page.get(url).content.decode()


def test_two_reviewers_decide_once(review, manager, administrator, helper):
    line = line_of(review, helper)
    deciding.keep(actor=by(manager, "Store manager"), user=manager, pk=line.pk, reason="Works here.")
    with pytest.raises(Conflict, match="decided on already, by Rohan Mehta"):
        deciding.remove(actor=by(administrator), user=administrator, pk=line.pk, reason="Really.")
    assert Membership.objects.filter(user=helper).exists()


def test_a_right_that_ended_meanwhile_is_said_so(review, administrator, helper):
    Membership.objects.filter(user=helper).delete()
    line = deciding.keep(actor=by(administrator), user=administrator, pk=line_of(review, helper).pk)
    assert line.decision == ReviewLine.Decision.ENDED


@pytest.mark.parametrize("way", ["keep", "remove", "settle"])
def test_somebody_who_was_moved_holds_a_right_that_is_not_theirs_to_decide_on(
    review, administrator, manager, helper, stores, way
):
    held = helper.memberships.get()
    memberships.move(actor=by(administrator), pk=helper.pk, membership_pk=held.pk, store=stores.store_07)
    line = line_of(review, helper)
    if way == "settle":
        closing.settle_ended(review)
    elif way == "keep":
        deciding.keep(actor=by(manager), user=manager, pk=line.pk)
    else:
        deciding.remove(actor=by(manager, "Store manager"), user=manager, pk=line.pk, reason="Has left us.")
    line.refresh_from_db()
    assert line.decision == ReviewLine.Decision.ENDED
    held.refresh_from_db()
    assert (held.store, held.given_by) == (stores.store_07, administrator)
    assert review.lines.filter(decision=ReviewLine.Decision.ENDED).count() == 1


def test_the_last_administrator_stays(review, administrator, second, client_as):
    Membership.objects.filter(user=second).update(ends_on=timezone.localdate())
    line = line_of(review, administrator)
    with pytest.raises(Refused, match="Nobody would be left"):
        deciding.remove(actor=by(second), user=second, pk=line.pk, reason="Too many.")
    answer = client_as(second).post(
        reverse("staff:review_decide", args=[review.pk]),
        {"line": line.pk, f"decision-{line.pk}": "remove", f"reason-{line.pk}": "Too many."},
    )
    assert answer.status_code == 422
    assert "Nobody would be left" in answer.content.decode()
    line.refresh_from_db()
    assert line.decision == ""


def test_a_review_does_not_end_the_role_of_somebody_who_gives_roles_before_a_second_person_confirms(
    settings, house, administrator, second, client_as
):
    """The console's own Administrator, and a role of the house that gives roles; both lines end elsewhere."""
    may, shell = ["view_people", "manage_staff"], Actor(None, "Set-up", "System")
    own = make_role(actor=shell, title="Staffing", permissions=may, everywhere=True)
    third = User.objects.create_user("kim.berg@example.com", "Kim Berg", "harbour lantern mosaic")
    give_role(third, own.code, None)
    settings.CONSOLE_SECOND_PERSON = True
    review, (one, two) = opening.open_review(actor=by(administrator)), map(client_as, (administrator, second))
    lines = [line_of(review, who) for who in (second, third)]
    decide = reverse("staff:review_decide", args=[review.pk])
    typed = {"line": [line.pk for line in lines]}
    for line in lines:
        typed |= {f"decision-{line.pk}": "remove", f"reason-{line.pk}": "Too many."}
    refused = one.post(decide, typed)
    assert refused.status_code == 422
    for who in (second, third):
        assert who.memberships.exists()
        assert f"{who.name} gives roles to others, so a second person confirms" in refused.content.decode()
        assert f'href="{reverse("staff:person", args=[who.pk])}">Open the page of' in refused.content.decode()
    assert not Entry.objects.filter(action__in=("staff.role_ended", "staff.review.removed")).exists()
    # Where the link leads, it waits; once it has ended, the line says so.
    ends = reverse("staff:person_role_end", args=[third.pk, third.memberships.get().pk])
    asked = one.post(ends, {"last_day": ""})["Location"]
    one.post(f"{asked}ask/", {"reason": "Too many."})
    assert third.memberships.exists()
    two.post(f"{asked}confirm/", {})
    assert not third.memberships.exists()
    one.post(decide, typed)
    assert line_of(review, third).decision == ReviewLine.Decision.ENDED
    settings.CONSOLE_SECOND_PERSON = False
    assert one.post(decide, typed).status_code == 302
    assert not second.memberships.exists()


def test_overdue_is_seen_in_the_navigation_and_on_the_first_pages(review, manager, administrator, client_as):
    page, desk = client_as(manager), client_as(administrator)
    assert f"{review.number} is open until" in desk.get(reverse("operations:health")).content.decode()
    assert "was due on" not in page.get(reverse("customers:lookup")).content.decode()
    AccessReview.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    first = page.get(reverse("customers:lookup")).content.decode()
    assert "was due on" in first
    assert "lc-count--warn" in first
    assert f"{review.number} was due on" in desk.get(reverse("operations:health")).content.decode()
    assert "Overdue" in page.get(reverse("staff:reviews")).content.decode()
    deciding.keep(actor=by(manager), user=manager, pk=reading.waiting_for(manager).get().pk)
    assert "was due on" not in page.get(reverse("customers:lookup")).content.decode()


def test_somebody_who_was_invited_and_never_came_keeps_no_round_open(house, manager, administrator):
    give_role(User.objects.create_user("cara.diaz@example.com", "Cara Diaz"), "administrator", None)
    review = opening.open_review(actor=by(administrator))
    decide_all(review, manager, administrator)
    closed = closing.close_review(actor=by(administrator), pk=review.pk)
    assert line_of(closed, administrator).decision == ReviewLine.Decision.NOBODY
    told = {
        row["person"]: row["active"] for row in csv.DictReader(io.StringIO(closed.result.lstrip("\ufeff")))
    }
    assert (told["Cara Diaz"], told["Imran Qureshi"]) == ("invited", "yes")


def test_a_round_is_closed_signed_and_stays(review, administrator, manager, auditor, client_as, log_key):
    desk = client_as(administrator)
    close = reverse("staff:review_close", args=[review.pk])
    early = desk.post(close)
    assert early.status_code == 409
    assert "rights are not decided on yet" in early.content.decode()
    begun = desk.post(reverse("staff:review_open"))
    assert begun.status_code == 409
    for page in (early, begun):
        assert f"<h1>Access review {review.number}</h1>" in page.content.decode()
    User.objects.filter(pk=auditor.pk).update(name="=HYPERLINK(1)")
    ReviewLine.objects.filter(person=auditor).update(person_name="=HYPERLINK(1)")
    decide_all(review, manager, administrator)
    assert desk.post(close).status_code == 302
    review.refresh_from_db()
    assert signing.verdict(review).holds
    closed = Entry.objects.get(action="staff.review.closed")
    assert closed.content["details"]["file_sha256"] == signing.digest_of(review)
    assert closed.content["details"]["nobody"] == 1
    reader = client_as(auditor)
    shown = reader.get(reverse("staff:review", args=[review.pk])).content.decode()
    assert "The signature holds" in shown
    assert "Bina Rao: Agent, Store 12" in shown
    assert "How far it is" not in shown
    answer = reader.get(reverse("staff:review_result", args=[review.pk, "csv"]))
    assert answer.content == review.result.encode()
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == review.lines.count()
    told = {row["person"]: row for row in rows}
    assert told["Imran Qureshi"]["decision"] == "nobody"
    assert told["'=HYPERLINK(1)"]["reviewer"] == "Imran Qureshi"
    assert told["Bina Rao"]["reviewer"] == "Rohan Mehta"
    assert told["Bina Rao"]["decided_at"].endswith("Z")
    note = reader.get(reverse("staff:review_result", args=[review.pk, "txt"])).content.decode()
    assert note == review.note
    assert f"file sha256 {signing.digest_of(review)}" in note
    assert Entry.objects.filter(action="staff.review.fetched").count() == 2
    with pytest.raises(Conflict):
        closing.close_review(actor=by(administrator), pk=review.pk)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"result": "\ufeffperson\r\n"}, "altered since"),
        ({"closed_by_name": "Somebody Else"}, "altered since"),
        ({"note": "Nothing\n\n— nobody AAAA\n"}, "No key of the audit log"),
        ({"note": ""}, "Not signed yet"),
    ],
)
def test_what_was_altered_is_seen(review, administrator, manager, change, words, client_as, log_key):
    decide_all(review, manager, administrator)
    signing.sign(closing.close_review(actor=by(administrator), pk=review.pk))
    AccessReview.objects.update(**change)
    told = signing.verdict(AccessReview.objects.get())
    assert not told.holds
    assert words in told.words
    assert words in client_as(administrator).get(reverse("staff:review", args=[review.pk])).content.decode()


def test_after_ones_part_the_page_says_what_is_open_and_who_may_decide(
    review, administrator, second, manager, client_as
):
    decide_all(review, manager, administrator)
    shown = client_as(administrator).get(reverse("staff:review", args=[review.pk]))
    assert [(str(one.line), one.names) for one in shown.context["left"]] == [
        ("Imran Qureshi: Administrator, all stores", ["Nora Lind"])
    ]
    assert "1 right waits for others" in shown.content.decode()


def test_a_worker_signs_what_the_web_could_not(review, administrator, manager, monkeypatch, log_key):
    decide_all(review, manager, administrator)
    closed = closing.close_review(actor=by(administrator), pk=review.pk)
    with monkeypatch.context() as without_key:
        without_key.setattr(keys, "key_file", lambda: Path("/nonexistent/key"))
        assert not signing.sign(closed)
    assert named("staff.sign_reviews").run() == 1
    assert named("staff.sign_reviews").run() == 0
    assert signing.verdict(AccessReview.objects.get()).holds


def test_pages_cost_the_same_however_many_rights_there_are(
    review, administrator, stores, client_as, django_assert_max_num_queries
):
    desk = client_as(administrator)
    for number in range(12):
        one = User.objects.create_user(f"person{number}@example.com", f"Person {number}")
        give_role(one, "agent", stores.store_07)
        held = Membership.objects.get(user=one)
        ReviewLine.objects.create(
            review=review,
            person=one,
            person_name=one.name,
            person_email=one.email,
            was_active=True,
            membership_id=held.pk,
            role_title="Agent",
            store=stores.store_07,
            store_code="007",
        )
    with django_assert_max_num_queries(14):
        page = desk.get(reverse("staff:review", args=[review.pk])).content.decode()
    assert page.count("<fieldset") == 17
