"""The lock: what opens it, what stays hidden, and that a form sent meanwhile goes through once and for nobody else."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from apps.audit.models import Entry
from apps.customers.recent import remember_opened
from apps.staff.demo import PASSWORD
from apps.staff.factors import ceremony
from apps.staff.session_models import HeldForm, OpenSession
from apps.staff.sessions import held

pytestmark = pytest.mark.django_db

PAGE, PREFERENCES = "/account/", "/account/preferences/"
NAME = "Neha Banerjee"


@pytest.fixture
def locked(client_as, agent):
    """Asha's browser after sixteen minutes without use."""
    client = client_as(agent)
    leave(client)
    return client


def leave(client, minutes=16):
    mark = client.session.session_key
    from apps.staff.session_models import hash_of

    OpenSession.objects.filter(pk=hash_of(mark)).update(used_at=timezone.now() - timedelta(minutes=minutes))


def hidden(page, name):
    return re.search(rf'name="lock-{name}"[^>]*?value="([^"]*)"', page.content.decode())[1]


def unlock(client, page, path=PAGE, password=PASSWORD, **changes):
    """Send the lock page's form as it stands there."""
    found = re.search(r'name="lock-held"[^>]*?value="([^"]*)"', page.content.decode())
    sent = {
        "lock-password": password,
        "lock-whose": hidden(page, "whose"),
        "lock-held": found[1] if found else "",
    }
    return client.post(path, sent | changes)


def actions():
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


def test_a_locked_page_shows_nothing_of_itself_and_opens_by_the_password(locked, agent):
    key = locked.session.session_key
    page = locked.get(f"{PAGE}?a=1")
    assert page.status_code == 401
    text = page.content.decode()
    assert "<h1>Locked</h1>" in text
    assert "Current password" not in text
    assert agent.memberships_now[0].store.name not in text
    assert unlock(locked, page, f"{PAGE}?a=1")["Location"] == f"{PAGE}?a=1"
    assert locked.get(PAGE).status_code == 200
    assert actions() == ["staff.proved", "staff.unlocked"]
    # As after every sign-in the key is another one, and the old one opens nothing; what belongs to the visit stays.
    assert locked.session.session_key != key
    assert len(set(Entry.objects.values_list("session", flat=True))) == 1
    assert locked.session["opened"]["id"] == Entry.objects.first().session
    old = Client()
    old.cookies["session"] = key
    late = old.get(PAGE)
    # A question under way with the old key must not take the new one out of the browser.
    assert (late.status_code, "session" in late.cookies) == (302, False)


def test_pages_of_errors_show_nothing_either(agent):
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent, backend="apps.staff.backends.RoleBackend")
    remember_opened(user_id=agent.pk, customer_id=500000001, name=NAME, tier="", tail="0001")

    def shown():
        answers = client.get("/nowhere/"), client.post(PAGE)
        assert [one.status_code for one in answers] == [404, 403]
        return [NAME in one.content.decode() for one in answers]

    assert shown() == [True, True]
    leave(client)
    assert shown() == [False, False]


def test_what_was_sent_goes_through_exactly_once_after_the_password(locked, agent):
    page = locked.post(PREFERENCES, {"theme": "dark", "shortcuts": "on"})
    assert page.status_code == 401
    assert "What you just sent waits." in page.content.decode()
    agent.refresh_from_db()
    assert agent.theme == "auto"
    wrong = unlock(locked, page, PREFERENCES, "not the password")
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.content.decode()
    assert hidden(wrong, "held") == hidden(page, "held")
    assert unlock(locked, wrong, PREFERENCES)["Location"] == PAGE
    agent.refresh_from_db()
    assert (agent.theme, agent.shortcuts) == ("dark", True)
    # The same page sent again, after the next pause: nothing is done a second time.
    type(agent).objects.update(theme="light")
    leave(locked)
    answer = unlock(locked, page, PREFERENCES)
    assert answer["Location"] == "/"
    agent.refresh_from_db()
    assert agent.theme == "light"
    assert not HeldForm.objects.exists()


def test_a_form_is_handed_out_once_also_to_two_who_ask_at_the_same_moment(transactional_db, client_as, agent):
    client = client_as(agent)
    leave(client)
    token = hidden(client.post(PREFERENCES, {"theme": "dark"}), "held")
    row = OpenSession.objects.get()
    from apps.staff.sessions.lasting import Standing

    standing, together, got = Standing(row, agent.pk, row.since), Barrier(2), []

    def take():
        try:
            together.wait(10)
            got.append(held.take(token, standing))
        finally:
            connections.close_all()

    both = [Thread(target=take) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(20)
    assert sorted(one is None for one in got) == [False, True]
    assert next(one for one in got if one).data["theme"] == "dark"


def test_passwords_and_codes_are_not_kept_with_it(locked, agent):
    secret = "harbour lantern mosaic"
    page = locked.post(
        "/account/password/", {"current": PASSWORD, "new": secret, "again": secret, "kind": "x y"}
    )
    row = HeldForm.objects.get()
    opened = held._sealer.unseal(row.sealed)
    assert "x y" in opened
    assert "x y" not in row.sealed
    assert PASSWORD not in opened
    assert secret not in opened
    assert unlock(locked, page, "/account/password/").status_code == 422
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("reason", True),
        ("note", True),
        ("token", True),
        ("amount", True),
        ("reason_words", True),
        ("code", False),
        ("recovery_code", False),
        ("validationCode", False),
        ("till_code", True),
        ("store_code", True),
        ("otp", False),
        ("lock-password", False),
        ("csrfmiddlewaretoken", False),
        ("answer-credential", False),
    ],
)
def test_what_is_kept_by_name(name, kept):
    assert (held.NEVER_KEPT.search(name) is None) is kept


def test_somebody_else_who_signs_in_does_not_get_it(locked, agent, manager):
    page = locked.post(PREFERENCES, {"theme": "dark"})
    locked.post("/sign-out/")
    locked.post("/sign-in/", {"username": manager.email, "password": PASSWORD})
    assert unlock(locked, page, PREFERENCES).status_code in {302, 422}
    leave(locked)
    assert unlock(locked, page, PREFERENCES)["Location"] == "/"
    for one in (agent, manager):
        one.refresh_from_db()
        assert one.theme == "auto"


def test_the_same_person_in_another_browser_does_not_get_it(locked, client_as, agent):
    token = hidden(locked.post(PREFERENCES, {"theme": "dark"}), "held")
    other = client_as(agent)
    leave(other)
    page = other.get(PAGE)
    assert unlock(other, page, PREFERENCES, **{"lock-held": token})["Location"] == "/"
    agent.refresh_from_db()
    assert agent.theme == "auto"
    assert HeldForm.objects.count() == 1


def test_it_goes_nowhere_but_to_its_own_address(locked, agent):
    token = hidden(locked.post(PREFERENCES, {"theme": "dark"}), "held")
    page = locked.get(PAGE)
    assert unlock(locked, page, "/account/store/", **{"lock-held": token})["Location"] == "/"
    agent.refresh_from_db()
    assert agent.theme == "auto"


def test_a_file_cannot_wait_and_is_asked_for_again(locked):
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = locked.post(
        PREFERENCES,
        {"theme": "dark", "file": SimpleUploadedFile("rows.csv", b"mobile\n")},
        headers={"Referer": "http://testserver/account/?tab=2"},
    )
    assert unlock(locked, page, PREFERENCES)["Location"] == "/account/?tab=2"
    assert "Choose it again." in locked.get(PAGE).content.decode()


def test_wrong_passwords_pause_the_account_as_at_the_sign_in(locked, agent):
    page = locked.post(PREFERENCES, {"theme": "dark"})
    for _ in range(4):
        assert unlock(locked, page, password="wrong").status_code == 422
    assert unlock(locked, page, password="wrong").status_code == 429
    paused = unlock(locked, page)
    assert (paused.status_code, "Try again after" in paused.content.decode()) == (429, True)
    # What waits behind it still does.
    assert hidden(paused, "held") == hidden(page, "held")
    assert locked.get(PAGE).status_code == 401
    assert actions().count("staff.proof_refused") == 6
    assert "staff.unlocked" not in actions()


def test_the_cover_of_a_page_sends_its_password_beside_it(client_as, agent):
    client = client_as(agent, htmx=True)
    leave(client)
    sent = {"lock-password": "wrong", "lock-whose": str(agent.pk), "lock-held": ""}
    wrong = client.post("/lock/", sent)
    assert wrong.status_code == 422
    assert "<h1" not in wrong.content.decode()
    assert 'aria-invalid="true"' in wrong.content.decode()
    for right in range(2):
        answer = client.post("/lock/", sent | {"lock-password": PASSWORD})
        assert (answer.status_code, answer["HX-Trigger"]) == (204, "lc:unlocked"), right
    leave(client)
    answer = client.post("/lock/", sent | {"lock-whose": "1", "lock-password": PASSWORD})
    assert answer["HX-Redirect"] == "/"
    assert actions().count("staff.unlocked") == 1


def test_the_cover_keeps_its_form_while_the_account_pauses(client_as, agent):
    client = client_as(agent, htmx=True)
    leave(client)
    sent = {"lock-password": "wrong", "lock-whose": str(agent.pk), "lock-held": ""}
    for _ in range(5):
        answer = client.post("/lock/", sent)
    assert (answer.status_code, int(answer["Retry-After"]) > 800) == (429, True)
    text = answer.content.decode()
    assert 'id="lock-form"' in text
    assert "It was wrong too often. Try again after" in text
    assert "<h1" not in text
    assert 'value="wrong"' not in text


def test_a_form_sent_by_htmx_is_refused_and_stays_in_its_page(client_as, agent):
    client = client_as(agent, htmx=True)
    leave(client)
    answer = client.post(PREFERENCES, {"theme": "dark"}, headers={"X-Idle-Seconds": "0"})
    assert (answer.status_code, answer["HX-Trigger"], answer["HX-Reswap"]) == (401, "lc:locked", "none")
    agent.refresh_from_db()
    assert agent.theme == "auto"
    assert not HeldForm.objects.exists()


def test_the_lock_needs_the_page_s_own_token(agent):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(agent, backend="apps.staff.backends.RoleBackend")
    leave(strict)
    page = strict.get(PAGE)
    assert unlock(strict, page).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    assert unlock(strict, page, csrfmiddlewaretoken=token)["Location"] == PAGE


def test_without_a_trail_it_stays_locked(client_as, agent, broken_trail):
    client = client_as(agent)
    leave(client)
    assert unlock(client, client.get(PAGE)).status_code == 503
    assert client.get(PAGE).status_code == 401


def test_an_unlocked_house_asks_nothing(client_as, agent):
    client = client_as(agent)
    assert client.get("/lock/")["Location"] == "/"
    leave(client, 13)
    assert client.get(PAGE).status_code == 200


def test_whoever_has_no_password_here_is_told_the_way(client_as, agent):
    agent.set_unusable_password()
    agent.save()
    client = client_as(agent)
    cover = client.get(PAGE).content.decode().split('<template id="lock-template"')[1]
    assert "in a new tab" in cover
    assert 'type="password"' not in cover.split("</template>")[0]
    leave(client)
    page = client.get(PAGE)
    assert (page.status_code, "You have no password here" in page.content.decode()) == (401, True)
    assert client.post(PAGE, {"lock-password": "", "lock-whose": str(agent.pk)}).status_code == 422
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_a_passkey_opens_the_lock_of_whoever_has_no_password(client_as, agent, monkeypatch):
    agent.set_unusable_password()
    agent.save()
    client = client_as(agent)
    leave(client)
    page = client.post(PREFERENCES, {"theme": "dark"})
    asked = []
    monkeypatch.setattr(ceremony, "check", lambda *_args, **given: asked.append(given))
    # The page of somebody without a password has no field for one.
    sent = {"lock-whose": hidden(page, "whose"), "lock-held": hidden(page, "held")}
    answer = client.post(PREFERENCES, sent | {"lock-answer": "signed", "lock-state": "asked"})
    assert asked == [{"answer": "signed", "state": "asked"}]
    assert answer["Location"] == PAGE
    agent.refresh_from_db()
    assert agent.theme == "dark"


def test_what_waits_goes_on_when_another_tab_has_opened_the_lock(locked, agent):
    first, second, look = (
        locked.post(PREFERENCES, {"theme": "dark"}),
        locked.post(PREFERENCES, {"theme": "light"}),
        locked.get(PAGE),
    )
    assert unlock(locked, look)["Location"] == PAGE
    assert unlock(locked, first, PREFERENCES)["Location"] == PAGE
    agent.refresh_from_db()
    assert agent.theme == "dark"
    # A page that only looked comes back as itself, and somebody else's goes nowhere.
    assert unlock(locked, look, "/account/sessions/")["Location"] == "/account/sessions/"
    assert unlock(locked, second, PREFERENCES, **{"lock-whose": "1"})["Location"] == "/"
    agent.refresh_from_db()
    assert (agent.theme, actions().count("staff.unlocked")) == ("dark", 1)


def test_nobody_holds_more_than_a_few_forms(locked, agent):
    for _ in range(held.MOST + 2):
        locked.post(PREFERENCES, {"theme": "dark"})
    assert HeldForm.objects.count() == held.MOST
