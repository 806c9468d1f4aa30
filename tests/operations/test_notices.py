"""Notices: who is told what when an act that was not known is settled, and how a page learns of it."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.goodwill.acting import GOODWILL
from apps.operations import notices
from apps.operations.acts.results import Result
from apps.operations.acts.rows import ActState
from apps.operations.models import Notice
from apps.staff.custom_roles.rows import CustomRole
from apps.staff.models import Membership, User
from tests.goodwill.conftest import rules
from tests.operations.test_unknown_page import acts, note

__all__ = ["acts", "note", "rules"]

HERE = "operations:notices"


def text(answer):
    return " ".join(answer.content.decode().split())


def settle(act, state, **told):
    return GOODWILL.conclude(actor=act.behind, act=act, result=Result(state, **told))


@pytest.fixture
def told(agent):
    """One notice for the agent."""

    def make(words="It took place: GR-10001.", user=agent, **values):
        notices.tell(user_id=user.pk, words=words, url="/goodwill/requests/1/", **values)
        return Notice.objects.latest("id")

    return make


@pytest.fixture
def kept(acts, agent, stores):
    """An act as the engine keeps it, with the one who set it off."""

    def make(**values):
        act = acts(agent, stores.contact_centre, **values)
        act.actor = {"user_id": agent.pk, "name": agent.name, "role": "Agent", "channel": "screen"}
        act.save()
        return act

    return make


@pytest.mark.parametrize("was", ["unknown", "person"])
def test_whoever_started_it_is_told_how_it_ended(kept, agent, was, reference):
    act = kept(state=was)
    settle(act, ActState.NOT_DONE, words="It was never there.")
    notice = Notice.objects.get()
    assert (notice.user, notice.level) == (agent, "bad")
    assert (
        notice.words == f"It did not take place: {act.request.number}, Request for 500 points, •••••• 4417."
    )
    assert notice.url == reverse("goodwill:request", args=[act.request_id])


def test_what_is_known_at_once_or_still_unknown_is_no_news(kept, reference):
    settle(kept(state="in_progress"), ActState.NOT_DONE, words="Refused.")
    settle(kept(state="unknown"), ActState.UNKNOWN, looks=2)
    settle(kept(state="unknown"), ActState.PERSON, looks=6)
    assert not Notice.objects.exists()


def test_a_crashed_act_that_was_read_back_is_told_too(kept, agent, reference):
    settle(kept(state="in_progress"), ActState.NOT_DONE, words="Somebody else did.", looks=1)
    assert Notice.objects.get().user == agent


def test_a_program_is_told_nothing_that_nobody_reads(told, stores, administrator):
    account = User.objects.create_user(
        "shop@programs.invalid", "Program Shop", kind=User.Kind.SERVICE, responsible=administrator
    )
    notices.tell(user_id=account.pk, words="It took place: GR-10001.", url="/goodwill/requests/1/")
    assert not Notice.objects.exists()
    assert told(user=administrator)


def test_of_what_the_policy_did_whoever_asked_is_told(kept, agent, reference):
    act = kept(state="unknown")
    act.actor = {"user_id": None, "name": "Policy", "role": "System", "channel": "system"}
    act.save()
    settle(act, ActState.NOT_DONE, words="Stopped.")
    assert Notice.objects.get().user == agent


def test_two_who_settle_the_same_act_tell_it_once(kept, reference):
    act = kept(state="unknown")
    for _ in range(2):
        settle(act, ActState.NOT_DONE, words="It was never there.")
    assert Notice.objects.count() == 1


def test_the_author_of_a_note_is_told_without_the_customer(note, agent, reference):
    from apps.customers.note_states import State
    from apps.customers.note_states import settle as settle_note

    act = note(agent, state="needs_person")
    settle_note(actor=Actor(user_id=None, name="Sweep", role="System"), act=act, state=State.DONE)
    notice = Notice.objects.get()
    assert (notice.user, notice.level) == (agent, "ok")
    assert str(act.customer_id) not in notice.words


def test_a_page_without_notices_and_open_acts_asks_nothing_more(agent, client_as, django_assert_num_queries):
    client = client_as(agent)
    client.get("/account/")
    # Session, person, roles, recent customers, and one for all counters.
    with django_assert_num_queries(5):
        page = text(client.get("/account/"))
    watch = re.search(r'id="notices-watch"[^>]*', page)[0]
    assert "every" not in watch
    assert "lc:watch from:body" in watch


def test_a_page_watches_while_the_person_has_an_open_act(kept, agent, manager, client_as):
    kept(state="unknown")
    assert 'hx-trigger="every 15s, lc:watch from:body"' in text(client_as(agent).get("/account/"))
    assert "every 15s" not in text(client_as(manager).get("/account/"))


def test_notices_stand_on_every_page_without_script_until_dismissed(told, agent, client_as):
    notice, client = told(), client_as(agent)
    for url in ("/account/", reverse("customers:lookup"), reverse("operations:unknown")):
        page = text(client.get(url))
        assert page.count(f'id="notice-{notice.pk}"') == 1, url
    assert 'id="notices" role="status"' in page
    answer = client.post(reverse("operations:notice_dismiss", args=[notice.pk]))
    assert answer["Location"] == reverse("operations:unknown")
    assert f"notice-{notice.pk}" not in text(client.get("/account/"))
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_many_notices_are_three_and_a_number_and_all_on_their_page(told, agent, client_as):
    made = [told(f"It took place: GR-1000{number}.") for number in range(5)]
    page = text(client_as(agent).get("/account/"))
    assert [f'id="notice-{one.pk}"' in page for one in made] == [False, False, True, True, True]
    assert "2 more" in page
    page = text(client_as(agent).get(reverse("operations:unknown")))
    assert all(f'id="notice-{one.pk}"' in page for one in made)
    client_as(agent).post(reverse("operations:notices_dismiss"))
    assert not Notice.objects.filter(read_at=None).exists()


@pytest.mark.parametrize("permissions", [["run_operations"], ["approve_goodwill"], ["approve_reversals"]])
def test_a_role_that_sees_no_customers_is_told_too_and_led_nowhere_it_may_not_go(
    told, stores, client_as, permissions
):
    role = CustomRole.objects.create(code="own-x", title="One thing only", permissions=permissions)
    person = User.objects.create_user("bina.rao@example.com", "Bina Rao", "-")
    Membership.objects.create(user=person, role=role.code, custom=role, store=stores.store_12)
    made = [told(f"It took place: GR-1000{number}.", person) for number in range(5)]
    client, here = client_as(person), "http://testserver/account/"
    listed = reverse("operations:unknown")
    assert client.get(listed).status_code == 403
    page = text(client.get("/account/"))
    assert [f'id="notice-{one.pk}"' in page for one in made] == [False, False, True, True, True]
    assert "2 more" in page
    assert f'href="{listed}"' not in page
    dismissed = reverse("operations:notice_dismiss", args=[made[4].pk])
    for told_by, leads_to in ((here, here), ("https://elsewhere.example/", "/"), ("", "/")):
        answer = client.post(dismissed, headers={"referer": told_by})
        assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert f'id="notice-{made[1].pk}"' in text(client.get("/account/"))
    assert client.post(reverse("operations:notices_dismiss"), headers={"referer": here})["Location"] == here
    assert not Notice.objects.filter(read_at=None).exists()
    assert client.get(reverse(HERE))["Location"] == "/"


def test_nobody_dismisses_another_s(told, manager, client_as):
    notice = told()
    client = client_as(manager)
    client.post(reverse("operations:notice_dismiss", args=[notice.pk]))
    client.post(reverse("operations:notices_dismiss"))
    assert Notice.objects.filter(read_at=None).get() == notice


def test_asking_again_answers_only_what_is_new_and_stops_by_itself(kept, told, agent, client_as):
    client = client_as(agent, htmx=True)
    act = kept(state="unknown")
    assert client.get(reverse(HERE), {"seen": "0.0"}).status_code == 204
    act.state, act.settled_at = "done", timezone.now()
    act.save()
    notice = told()
    answer = client.get(reverse(HERE), {"seen": "0.0"})
    assert (answer.status_code, answer["HX-Trigger"]) == (200, '{"lc:settled": {}}')
    assert f'id="notice-{notice.pk}"' in text(answer)
    assert 'id="notices-watch" hx-swap-oob="true"' in text(answer)
    seen = f"{notice.pk}.1"
    assert f"seen={seen}" in text(answer)
    assert client.get(reverse(HERE), {"seen": seen}).status_code == 204
    left = client.post(reverse("operations:notice_dismiss", args=[notice.pk]))
    assert f"notice-{notice.pk}" not in text(left)
    assert "every" not in text(left)
    assert client.get(reverse(HERE), {"seen": seen}).status_code == 286


def test_asking_costs_the_same_with_many(told, agent, client_as, django_assert_num_queries):
    for _ in range(40):
        told()
    client = client_as(agent, htmx=True)
    client.get(reverse(HERE))
    with django_assert_num_queries(5):
        client.get(reverse(HERE))


def test_an_answer_that_is_not_known_makes_the_page_watch(agent, client_as, kept):
    from django.http import HttpResponse

    assert notices.begin_watching(HttpResponse())["HX-Trigger"] == '{"lc:watch": {}}'


def test_notices_are_kept_for_a_month(told):
    old, new = told(), told()
    Notice.objects.filter(pk=old.pk).update(at=timezone.now() - notices.KEPT_FOR)
    assert notices.prune() == 1
    assert list(Notice.objects.all()) == [new]


def test_words_are_shown_as_text(told, agent, client_as):
    told("<script>alert(1)</script>")
    assert "<script>alert" not in text(client_as(agent).get("/account/"))
