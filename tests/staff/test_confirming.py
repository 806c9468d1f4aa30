"""Changes that wait for a second person: asked for, confirmed, refused, withdrawn, run out, and never by one alone."""

import threading
from datetime import timedelta

import pyotp
import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor, system_actor
from apps.audit.models import Entry
from apps.core.errors import Conflict, Refused
from apps.staff import demo
from apps.staff.api.scopes import READS_THE_TRAIL, SCOPES
from apps.staff.confirming import deciding, kinds, proposing
from apps.staff.confirming.kinds import By
from apps.staff.confirming.models import ProposedChange
from apps.staff.custom_roles.making import change_role, make_role
from apps.staff.factors import keeping, totp
from apps.staff.models import ApiKey, Membership, User
from apps.staff.oidc.matching import unlink
from apps.staff.people import invites, memberships, standing
from apps.staff.services import add_role, give_role, set_mobile

pytestmark = pytest.mark.django_db
State = ProposedChange.State


@pytest.fixture(autouse=True)
def _on(settings):
    settings.CONSOLE_SECOND_PERSON = True


@pytest.fixture
def second(stores):
    """Another administrator."""
    made = User.objects.create_user("nora.lind@example.com", "Nora Lind", demo.PASSWORD)
    give_role(made, "administrator", None)
    return made


@pytest.fixture
def one(client_as, administrator):
    return client_as(administrator)


@pytest.fixture
def two(client_as, second):
    return client_as(second)


def by(user):
    return By(Actor(user_id=user.pk, name=user.name, role="Administrator"), user)


def url(name, *args):
    return reverse(f"staff:{name}", args=args)


def to_give(agent, stores, role="store_manager"):
    return {"pk": agent.pk, "role": role, "store": stores.store_12.pk, "last_day": ""}


def waiting(user, values, kind="staff.role_give", reason="They lead the store from Monday"):
    made = proposing.draft(by=by(user), kind=kinds.named(kind), values=values)
    return proposing.ask(by=by(user), pk=made.pk, reason=reason)


def roles_of(who):
    return sorted(who.memberships.values_list("role", "store__code"))


def told(action):
    return list(Entry.objects.filter(action=f"staff.change.{action}"))


def test_one_asks_another_confirms_and_both_stand_in_the_trail(one, two, agent, stores, subtests):
    typed = {"role": "store_manager", "store": stores.store_12.pk, "last_day": ""}
    page = one.post(url("person_role_give", agent.pk), typed, follow=True)
    change = ProposedChange.objects.get()
    html = page.content.decode()
    for words in ("Give a role", "Agent, Contact Centre; Store manager, Store 12", "Ask a second person"):
        assert words in html, words
    assert two.get(url("change", change.pk)).status_code == 404
    answer = one.post(url("change_ask", change.pk), {"reason": " "})
    assert (answer.status_code, told("proposed")) == (422, [])
    assert "Say why" in answer.content.decode()
    asked = one.post(url("change_ask", change.pk), {"reason": "They lead the store from Monday"}, follow=True)
    assert "It waits for a second person." in asked.content.decode()
    assert "Confirm the change" not in asked.content.decode()
    assert roles_of(agent) == [("agent", "CC")]
    with subtests.test("whoever may confirm sees it"):
        assert waiting_mark(two) == 1
        assert waiting_mark(one) == 0
        assert change.subject in two.get(url("changes")).content.decode()
        about = two.get(url("person", agent.pk)).content.decode()
        assert "asked by Imran Qureshi, it waits for a second person." in about
        html = two.get(url("change", change.pk)).content.decode()
        for words in ("Imran Qureshi", "They lead the store from Monday", "Confirm the change"):
            assert words in html, words
    done = two.post(url("change_confirm", change.pk), {"words": "Asked their manager"}, follow=True)
    assert "Nora Lind confirmed it." in done.content.decode()
    assert roles_of(agent) == [("agent", "CC"), ("store_manager", "012")]
    change.refresh_from_db()
    assert (change.state, change.values, change.decided_by_name) == (State.CONFIRMED, "", "Nora Lind")
    [confirmed], [given] = told("confirmed"), Entry.objects.filter(action="staff.role_given")
    for entry in (confirmed, given):
        assert (entry.actor_name, entry.content["details"]["asked_by"]) == ("Nora Lind", "Imran Qureshi")
        assert entry.reference == confirmed.reference
    assert list(confirmed.content["details"]["changed"]) == ["Roles"]
    assert "Nora Lind" in one.get(url("changes") + "?ended=1").content.decode()
    assert Entry.objects.filter(action="staff.role_given").count() == 1
    why = two.get(url("person_permissions", agent.pk)).content.decode()
    assert "asked by Imran Qureshi, confirmed by Nora Lind" in why


def waiting_mark(client):
    items = client.get(url("changes")).context["navigation"]
    return next(one.count for one in items if one.url == url("changes"))


def test_nobody_confirms_or_refuses_what_they_asked_for(one, administrator, second, agent, stores):
    change = waiting(administrator, to_give(agent, stores))
    for act in ("confirm", "refuse"):
        assert one.post(url(f"change_{act}", change.pk), {"words": "I know them"}).status_code == 403
    [entry] = told("not_confirmed")
    assert (entry.outcome, entry.actor_name) == ("refused", "Imran Qureshi")
    assert roles_of(agent) == [("agent", "CC")]
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposedChange.objects.filter(pk=change.pk).update(state="confirmed", decided_by=administrator)


def test_nobody_confirms_what_is_about_themselves(two, administrator, second, stores):
    # What one administrator holds ends on a day; the other asks for more days.
    third = User.objects.create_user("kim.berg@example.com", "Kim Berg", demo.PASSWORD)
    give_role(third, "administrator", None)
    held, day = second.memberships.get(), timezone.localdate() + timedelta(days=3)
    Membership.objects.filter(pk=held.pk).update(ends_on=day)
    later = (day + timedelta(days=30)).isoformat()
    values = {"pk": second.pk, "membership": held.pk, "last_day": later}
    change = waiting(administrator, values, "staff.role_longer")
    assert "It is about you." in two.get(url("change", change.pk)).content.decode()
    assert two.post(url("change_confirm", change.pk), {}).status_code == 403
    held.refresh_from_db()
    assert held.ends_on == day


@pytest.mark.parametrize("role", ["agent", "manager", "auditor"])
def test_others_do_not_decide(request, client_as, administrator, second, agent, stores, role):
    change = waiting(administrator, to_give(agent, stores))
    client = client_as(request.getfixturevalue(role))
    reads = role == "auditor"
    assert client.get(url("change", change.pk)).status_code == (200 if reads else 403)
    for act in ("confirm", "refuse"):
        assert client.post(url(f"change_{act}", change.pk), {"words": "yes"}).status_code == 403
    answer = client.post(url("change_withdraw", change.pk))
    assert answer.status_code == (404 if reads else 403)
    change.refresh_from_db()
    assert change.waits
    if reads:
        assert "Confirm the change" not in client.get(url("change", change.pk)).content.decode()


def test_it_is_refused_with_words_or_withdrawn(one, two, administrator, second, agent, stores):
    change = waiting(administrator, to_give(agent, stores))
    assert two.post(url("change_refuse", change.pk), {"words": ""}).status_code == 422
    page = two.post(url("change_refuse", change.pk), {"words": "Nobody told their manager"}, follow=True)
    assert "Nora Lind refused it." in page.content.decode()
    assert (waiting_mark(one), waiting_mark(two)) == (1, 0)
    assert "Nora Lind refused it. Nobody told their manager" in one.get(url("changes")).content.decode()
    one.get(url("change", change.pk))
    assert waiting_mark(one) == 0
    assert "it was not done" not in one.get(url("changes")).content.decode()
    again = waiting(administrator, to_give(agent, stores))
    assert two.post(url("change_withdraw", again.pk)).status_code == 404
    assert one.post(url("change_withdraw", again.pk)).status_code == 302
    for change_pk in (change.pk, again.pk):
        assert two.post(url("change_confirm", change_pk), {}).status_code == 409
    assert roles_of(agent) == [("agent", "CC")]
    assert [len(told(one)) for one in ("refused", "withdrawn", "not_confirmed", "confirmed")] == [1, 1, 2, 0]


def test_what_has_changed_since_is_not_confirmed_and_the_page_says_so(two, administrator, agent, stores):
    change = waiting(administrator, to_give(agent, stores))
    give_role(agent, "agent", stores.store_07)
    assert "Something has changed since" in two.get(url("change", change.pk)).content.decode()
    answer = two.post(url("change_confirm", change.pk), {"words": "I called their manager"})
    assert answer.status_code == 409
    assert "Something has changed since" in answer.content.decode()
    assert "I called their manager" in answer.content.decode()
    assert roles_of(agent) == [("agent", "007"), ("agent", "CC")]
    assert len(told("not_confirmed")) == 1


@pytest.mark.parametrize("kind", ["staff.role_give", "staff.invite"])
def test_a_role_that_allows_more_by_now_is_not_given(administrator, second, agent, stores, kind):
    made = {"title": "Caller", "permissions": ["view_customers"], "everywhere": False}
    role = make_role(actor=system_actor("The shell"), **made)
    values = to_give(agent, stores, role.code)
    if kind == "staff.invite":
        values = {"email": "bina.rao@example.com", "name": "Bina Rao", "stores": [stores.store_12.pk]}
        values |= {"role": role.code, "last_day": ""}
    change = waiting(administrator, values, kind)
    allowed = ["view_customers", "redeem_points"]
    change_role(actor=system_actor("The shell"), pk=role.pk, title="Caller", permissions=allowed)
    with pytest.raises(Conflict, match="Something has changed"):
        deciding.confirm(by=by(second), pk=change.pk)
    assert not Membership.objects.filter(custom=role).exists()


def test_what_would_come_out_otherwise_than_was_read_is_taken_back(administrator, second, agent, stores):
    change = waiting(administrator, to_give(agent, stores))
    ProposedChange.objects.filter(pk=change.pk).update(facts=[["Roles", "Agent, Contact Centre", "Agent"]])
    with pytest.raises(Conflict):
        deciding.confirm(by=by(second), pk=change.pk)
    assert roles_of(agent) == [("agent", "CC")]


def test_an_asker_who_may_not_any_more_asks_for_nothing(administrator, second, agent, stores):
    change = waiting(administrator, to_give(agent, stores))
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    with pytest.raises(Conflict, match="may not ask for this any more"):
        deciding.confirm(by=by(second), pk=change.pk)
    assert roles_of(agent) == [("agent", "CC")]


def test_after_its_days_it_has_run_out(settings, two, administrator, second, agent, stores):
    settings.CONSOLE_SECOND_PERSON_DAYS = 2
    change = waiting(administrator, to_give(agent, stores))
    assert timedelta(hours=47) < change.runs_out_at - timezone.now() <= timedelta(days=2)
    ProposedChange.objects.filter(pk=change.pk).update(runs_out_at=timezone.now())
    assert two.post(url("change_confirm", change.pk), {}).status_code == 409
    assert "Has run out" in two.get(url("change", change.pk)).content.decode()
    proposing.draft(by=by(administrator), kind=kinds.named("staff.role_give"), values=to_give(agent, stores))
    ProposedChange.objects.filter(state=State.DRAFT).update(asked_at=timezone.now() - timedelta(days=2))
    assert (deciding.end_old(), deciding.end_old()) == (1, 0)
    assert list(ProposedChange.objects.values_list("state", "values")) == [(State.RUN_OUT, "")]
    assert [one.outcome for one in told("run_out")] == ["not_done"]
    assert roles_of(agent) == [("agent", "CC")]


def test_the_same_change_waits_once(one, administrator, second, agent, stores):
    waiting(administrator, to_give(agent, stores))
    made = proposing.draft(
        by=by(administrator), kind=kinds.named("staff.role_give"), values=to_give(agent, stores)
    )
    assert "The same change waits already." in one.get(url("change", made.pk)).content.decode()
    answer = one.post(url("change_ask", made.pk), {"reason": "Again"})
    assert answer.status_code == 409
    assert "The same change waits already." in answer.content.decode()
    assert one.post(url("change_drop", made.pk)).status_code == 302
    assert ProposedChange.objects.count() == 1


def test_in_a_house_of_one_nothing_waits_for_ever_and_nothing_is_let_through(
    one, administrator, agent, stores
):
    give_role(User.objects.create_user("kim.berg@example.com", "Kim Berg"), "administrator", None)
    typed = {"role": "store_manager", "store": stores.store_12.pk, "last_day": ""}
    page = one.post(url("person_role_give", agent.pk), typed, follow=True).content.decode()
    assert "CONSOLE_SECOND_PERSON=false" in page
    change = ProposedChange.objects.get()
    assert one.post(url("change_ask", change.pk), {"reason": "There is nobody"}).status_code == 409
    assert (ProposedChange.objects.get().state, roles_of(agent)) == (State.DRAFT, [("agent", "CC")])


def test_what_is_wrong_is_told_beside_the_field_before_anybody_is_asked(one, second, agent, stores):
    for typed, words in (
        ({"role": "agent", "store": stores.contact_centre.pk}, "has this role already"),
        ({"role": "administrator", "store": ""}, "End what they hold first: Agent."),
    ):
        answer = one.post(url("person_role_give", agent.pk), {**typed, "last_day": ""})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    # Another field that is wrong too hides no refusal.
    typed = {"role": "administrator", "store": "", "last_day": "2020-01-01"}
    answer = one.post(url("person_role_give", agent.pk), typed)
    assert answer.context["form"].errors.keys() == {"role", "last_day"}
    assert not ProposedChange.objects.exists()
    entries = told("not_proposed")
    assert [(entry.outcome, entry.subject) for entry in entries] == [("refused", "Asha Verma")] * 2
    assert len({entry.content["reason"] for entry in entries}) == 1


def test_nobody_asks_for_themselves(one, administrator, second, stores):
    typed = {"role": "administrator", "store": "", "last_day": timezone.localdate().isoformat()}
    assert one.post(url("person_role_give", administrator.pk), typed).status_code == 403
    assert not ProposedChange.objects.exists()


def test_taking_rights_away_is_done_at_once_and_giving_them_back_waits(one, two, second, agent, stores):
    held, today = agent.memberships.get(), timezone.localdate()
    for days, waits in ((9, False), (5, False), (7, True)):
        day = (today + timedelta(days=days)).isoformat()
        answer = one.post(url("person_role_end", agent.pk, held.pk), {"last_day": day})
        assert (ProposedChange.objects.exists(), answer.status_code) == (waits, 302)
    held.refresh_from_db()
    assert held.ends_on == today + timedelta(days=5)
    one.post(url("person_deactivate", agent.pk))
    assert not User.objects.get(pk=agent.pk).is_active
    one.post(url("person_reactivate", agent.pk))
    assert not User.objects.get(pk=agent.pk).is_active
    change = ProposedChange.objects.get(kind="staff.reactivate")
    one.post(url("change_ask", change.pk), {"reason": "They are back from leave"})
    two.post(url("change_confirm", change.pk), {})
    assert User.objects.get(pk=agent.pk).is_active
    one.post(url("person_role_end", agent.pk, held.pk), {"last_day": ""})
    assert roles_of(agent) == []


def test_an_invitation_waits_and_neither_of_the_two_sees_its_link(one, two, second, stores):
    typed = {"name": "Bina Rao", "email": "bina.rao@example.com", "role": "agent", "last_day": ""}
    answer = one.post(url("person_invite"), {**typed, "stores": [stores.store_12.pk]}, follow=True)
    assert "bina.rao@example.com" in answer.content.decode()
    change = ProposedChange.objects.get()
    assert "bina" not in change.values
    one.post(url("change_ask", change.pk), {"reason": "New at the counter"})
    assert not User.objects.filter(name="Bina Rao").exists()
    page = two.post(url("change_confirm", change.pk), {}, follow=True).content.decode()
    assert "/welcome/" not in page
    assert roles_of(User.objects.get(name="Bina Rao")) == [("agent", "012")]
    assert "bina.rao@example.com" not in str(told("proposed")[0].content)


def test_without_a_mail_server_a_new_link_is_a_file_and_on_no_page(one, stores, settings):
    settings.CONSOLE_MAIL_IS_SENT = False
    shell = system_actor("The shell")
    new, token = invites.invite(actor=shell, email="bina.rao@example.com", name="Bina Rao", role="auditor")
    page = one.post(url("person_invite_again", new.pk), follow=True).content.decode()
    assert "Whoever runs the console passes it on." in page
    assert "/welcome/" not in page
    assert "/welcome/" in mail.outbox[-1].body
    assert not invites.invite_of(token).works
    # One person alone does everything here: they see it, and stand in the trail.
    settings.CONSOLE_SECOND_PERSON = False
    assert "/welcome/" in one.post(url("person_invite_again", new.pk)).content.decode()


def test_a_key_for_a_program_waits_and_its_text_is_shown_to_whoever_confirms_it(
    one, two, second, stores, client_as
):
    last = (timezone.localdate() + timedelta(days=30)).isoformat()
    typed = {"name": "Till software", "stores": [stores.store_12.pk], "last_day": last}
    scope = next(code for code in SCOPES if code not in READS_THE_TRAIL)
    page = one.post(url("api_key_new"), typed | {"scopes": [scope]}, follow=True).content.decode()
    assert "Store 12" in page
    change = ProposedChange.objects.get()
    one.post(url("change_ask", change.pk), {"reason": "The tills ask by themselves"})
    assert not ApiKey.objects.exists()
    page = two.post(url("change_confirm", change.pk), {}).content.decode()
    key = ApiKey.objects.get()
    assert f"lc_{key.prefix}_" in page
    # Whoever asked answers for the program; whoever was shown its text has it in their hand.
    assert (key.service.responsible.name, key.made_by.name) == ("Imran Qureshi", "Nora Lind")
    keys = two.get(url("api_keys")).content.decode()
    assert "asked by Imran Qureshi, confirmed by Nora Lind" in keys
    assert f"lc_{key.prefix}_" not in two.get(url("change", change.pk)).content.decode()
    # A second click throws the first answer away: for some minutes their own session sees the same.
    again = two.post(url("change_confirm", change.pk), {})
    assert (again.status_code, f"lc_{key.prefix}_" in again.content.decode()) == (200, True)
    elsewhere = client_as(second).post(url("change_confirm", change.pk), {})
    assert elsewhere.status_code == 409
    assert "It is confirmed already; the key cannot be shown again." in elsewhere.content.decode()
    assert f"lc_{key.prefix}_" not in "".join(str(one.content) for one in Entry.objects.all())


def test_of_two_clicks_for_a_key_that_waits_none_says_that_it_was_made(one, second):
    last = (timezone.localdate() + timedelta(days=30)).isoformat()
    once = one.get(url("api_key_new")).context["form"]["once"].value()
    typed = {"name": "SIEM", "scopes": ["trail"], "last_day": last, "once": once}
    answers = []

    def click_again(execute, sql, *told):
        if not answers and ProposedChange._meta.db_table in sql and sql.startswith("INSERT"):
            answers.append(None)
            answers[0] = one.post(url("api_key_new"), typed)
        return execute(sql, *told)

    with connection.execute_wrapper(click_again):
        answers.append(one.post(url("api_key_new"), typed))
    drafts = [url("change", change.pk) for change in ProposedChange.objects.order_by("pk")]
    assert [one["Location"] for one in answers] == drafts
    assert len(drafts) == 2
    assert not ApiKey.objects.exists()


def test_nobody_weakens_somebody_s_protection_alone(one, two, administrator, second, agent, subtests):
    """Mobiles, factors, the account at the provider, an administrator's role: each waits; deactivating does not."""
    third = User.objects.create_user("kim.berg@example.com", "Kim Berg", demo.PASSWORD)
    held, actor = give_role(third, "administrator", None), by(administrator).actor
    secret = totp.new_secret()
    keeping.add_authenticator(
        actor=system_actor("Test"), person=agent, secret=secret, typed=pyotp.TOTP(secret).now()
    )
    agent.linked_accounts.create(issuer="https://id.example.com", subject="4417")
    # What was not known protects nobody yet.
    one.post(url("person_mobile", agent.pk), {"mobile": "+91 55599 90009"})

    def now():
        return User.objects.get(pk=agent.pk)

    known = now().mobile_digest
    assert known
    for act in (
        lambda: set_mobile(actor=actor, person=now(), mobile=""),
        lambda: keeping.reset(actor=actor, pk=agent.pk, reason="Phone lost"),
        lambda: memberships.end(actor=actor, pk=third.pk, membership_pk=held.pk),
        lambda: unlink(actor=actor, pk=agent.pk),
    ):
        with pytest.raises(Refused, match="One person alone"):
            act()
    for address, typed, done in (
        (
            url("person_mobile", agent.pk),
            {"mobile": "+91 55599 90010"},
            lambda: now().mobile_digest not in (known, ""),
        ),
        (url("person_mobile", agent.pk), {"mobile": ""}, lambda: now().mobile_digest == ""),
        (
            url("person_factors_reset", agent.pk),
            {"reason": "Phone lost"},
            lambda: now().second_factor_since is None,
        ),
        (url("person_account_end", agent.pk), {}, lambda: not agent.linked_accounts.exists()),
        (url("person_role_end", third.pk, held.pk), {"last_day": ""}, lambda: roles_of(third) == []),
    ):
        with subtests.test(address=address):
            asked = one.post(address, typed)
            change = ProposedChange.objects.order_by("pk").last()
            assert asked["Location"] == url("change", change.pk)
            # What a form has asked for already is not typed twice.
            assert typed.get("reason", "") in one.get(asked["Location"]).context["ask_form"]["reason"].value()
            one.post(url("change_ask", change.pk), {"reason": "As they asked me to"})
            assert not done()
            two.post(url("change_confirm", change.pk), {})
            assert done()
    assert "removed every second factor" in mail.outbox[-1].body
    one.post(url("person_deactivate", second.pk))
    assert not User.objects.get(pk=second.pk).is_active


def test_no_service_lets_one_person_through(administrator, second, agent, stores):
    """Whatever a screen shows: what gives rights says no by itself, to everybody with an account."""
    actor, held = by(administrator).actor, agent.memberships.get()
    User.objects.filter(pk=second.pk).update(is_active=False)
    for act in (
        lambda: memberships.give(actor=actor, pk=agent.pk, role="agent", store=stores.store_12),
        lambda: memberships.move(actor=actor, pk=agent.pk, membership_pk=held.pk, store=stores.store_12),
        lambda: standing.reactivate(actor=actor, pk=second.pk),
        lambda: invites.invite(actor=actor, email="b@example.com", name="B", role="agent", stores=[]),
        lambda: add_role(actor=actor, person=agent, role="agent", store_code="012"),
    ):
        with pytest.raises(Refused, match="One person alone"):
            act()
    assert roles_of(agent) == [("agent", "CC")]
    add_role(actor=system_actor("Set-up"), person=agent, role="agent", store_code="012")
    assert roles_of(agent) == [("agent", "012"), ("agent", "CC")]


def test_switched_off_one_person_is_enough(settings, one, agent, stores):
    settings.CONSOLE_SECOND_PERSON = False
    typed = {"role": "store_manager", "store": stores.store_12.pk, "last_day": ""}
    one.post(url("person_role_give", agent.pk), typed)
    assert roles_of(agent) == [("agent", "CC"), ("store_manager", "012")]
    assert not ProposedChange.objects.exists()


def test_the_pages_cost_few_queries(one, administrator, second, agent, stores, django_assert_max_num_queries):
    for role in ("agent", "store_manager"):
        waiting(administrator, to_give(agent, stores, role))
    change = ProposedChange.objects.first()
    one.get(url("changes"))
    with django_assert_max_num_queries(14):
        assert one.get(url("changes")).status_code == 200
    with django_assert_max_num_queries(16):
        assert one.get(url("change", change.pk)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_apply_it_once(administrator, second, agent, stores):
    third = User.objects.create_user("kim.berg@example.com", "Kim Berg", demo.PASSWORD)
    give_role(third, "administrator", None)
    change = waiting(administrator, to_give(agent, stores))
    ready, outcomes = threading.Barrier(2), []

    def run(user):
        ready.wait()
        try:
            deciding.confirm(by=by(user), pk=change.pk)
            outcomes.append("done")
        except Conflict as error:
            outcomes.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in (second, third)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(outcomes) == ["This change stands elsewhere by now: confirmed.", "done"]
    assert roles_of(agent) == [("agent", "CC"), ("store_manager", "012")]
    assert Entry.objects.filter(action="staff.role_given").count() == 1
    assert [len(told(one)) for one in ("confirmed", "not_confirmed")] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_one_person_confirmed_at_once_do_not_both_pass(administrator, second, agent, stores):
    third = User.objects.create_user("kim.berg@example.com", "Kim Berg", demo.PASSWORD)
    give_role(third, "administrator", None)
    changes = [waiting(administrator, to_give(agent, stores, role)) for role in ("agent", "store_manager")]
    ready, outcomes = threading.Barrier(2), []

    def run(user, change):
        ready.wait()
        try:
            deciding.confirm(by=by(user), pk=change.pk)
            outcomes.append("done")
        except Conflict as error:
            outcomes.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in zip((second, third), changes, strict=True)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(outcomes)[1] == "done"
    assert "Something has changed since" in sorted(outcomes)[0]
    assert len(roles_of(agent)) == 2
