"""Inviting on its pages: rows typed and pasted, checked with one message each, sent, corrected and sent again."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from apps.core.context import new_reference, use_reference
from apps.operations.switches import turn_off
from apps.referrals.models import Invitation, InviteRules
from tests.referrals.conftest import MAPLE, again, fresh, fresh_mail
from tests.support.referrals import registers

pytestmark = pytest.mark.django_db(transaction=True)
POSTS = "/v1.1/customer/referrals"
CUSTOMER, REFERRER_MOBILE = "915550000034", "915550000030"


@pytest.fixture
def client(client_as, agent):
    return client_as(agent)


@pytest.fixture
def part(client_as, agent):
    return client_as(agent, htmx=True)


@pytest.fixture
def url(desk):
    return reverse("referrals:invite", args=[desk.customer_id])


def text(answer):
    """The words people read."""
    return re.sub(r"\s+", " ", unescape(strip_tags(answer.content.decode())))


def form_of(html, *rows, **more):
    """The form as a browser sends it, with these rows typed into it."""
    hidden = dict(re.findall(r'<input type="hidden" name="(token|known|campaign)" value="([^"]*)"', html))
    names, contacts = zip(*rows, strict=True) if rows else ((), ())
    count = sum(bool(name or contact) for name, contact in rows)
    values = {"campaign": MAPLE, **hidden, "name": names, "contact": contacts, "agreed": str(count or "")}
    return {**values, **more}


def opened(client, url):
    return client.get(url).content.decode()


def sent(outside):
    return len(outside.requests(path=POSTS, method="POST"))


def test_the_form_comes_as_a_page_and_as_a_drawer_with_what_is_left(client, part, url):
    page = client.get(url)
    words = text(page)
    for told in (
        "Invite friends",
        "In the name of Nisha Chatterjee •••••• 0030",
        "200 of 200 people left",
        "Add a person",
        "Paste from a spreadsheet",
    ):
        assert told in words, told
    html = page.content.decode()
    assert html.count('name="contact"') == 3
    # What Enter presses must not take a row out.
    first = re.search(r'<button[^>]*type="submit"[^>]*>', html[html.index('id="invite"') :])
    assert 'value="check"' in first[0]
    piece = part.get(url)
    assert piece.content.decode().lstrip().startswith('<div class="lc-drawer__head">')
    assert "HX-Request" in piece["Vary"]


def test_without_script_the_first_press_checks_and_the_second_invites(client, url, desk):
    rows = [("Mira Sen", fresh()), ("", ""), ("", fresh_mail())]
    first = client.post(url, form_of(opened(client, url), *rows, agreed=""))
    assert first.status_code == 200
    assert "The rows are checked. The button now reads “Invite 2 friends”." in text(first)
    assert text(first).count("Can be invited.") == 2
    assert sent(desk.outside) == 0
    second = client.post(url, form_of(first.content.decode(), *rows))
    made = Invitation.objects.get()
    assert second.headers["Location"] == reverse("referrals:invitation", args=[made.pk])
    assert (made.state, made.invited, sent(desk.outside)) == ("done", 2, 1)
    # The same form once more leads to the same invitation.
    third = client.post(url, form_of(first.content.decode(), *rows))
    assert third.headers["Location"] == second.headers["Location"]
    assert sent(desk.outside) == 1


def errors_in(html):
    """Each message beside a field; not the empty one that script copies."""
    return html.partition("<template")[0].count('class="lc-err"')


def test_every_bad_row_has_one_message_beside_its_field_and_keeps_what_was_typed(client, url, desk):
    known = fresh()
    desk.invite(known)
    rows = [
        ("Good One", fresh()),
        ("Emil Krug", "emil.krug@example"),
        ("Short", "123"),
        ("Again", known),
        ("A customer", CUSTOMER),
        ("Herself", REFERRER_MOBILE),
        ("9155500000", fresh_mail()),
        ("Twin", "twin.sister@example.com"),
        ("Twin", "Twin.Sister@example.com"),
    ]
    answer = client.post(url, form_of(opened(client, url), *rows))
    html, words = answer.content.decode(), text(answer)
    assert answer.status_code == 422
    assert errors_in(html) == 7 + 1
    for told in (
        "This e-mail address is not complete.",
        "This is no possible mobile number.",
        "This person was invited already in this campaign.",
        "This person is a customer already.",
        "This is the customer who invites.",
        "This is no name.",
        "This person stands in row 8 already.",
        "7 rows cannot be sent",
        "Nobody was invited.",
    ):
        assert told in words, told
    for name, contact in rows:
        assert f'value="{name}"' in html
        assert f'value="{contact}"' in html
    wrong = re.findall(
        r'id="invite-(name|contact)-(\d+)"[^>]*aria-invalid="true"[^>]*"invite-note-(\d+)"', html
    )
    assert [(field, int(row)) for field, row, note in wrong if row == note] == [
        ("contact", 2),
        ("contact", 3),
        ("contact", 4),
        ("contact", 5),
        ("contact", 6),
        ("name", 7),
        ("contact", 9),
    ]
    assert sent(desk.outside) == 1


def test_while_typing_only_the_notes_come_and_the_button_stays(part, url, desk):
    html = opened(part, url)
    rows = [("Mira", fresh()), ("", ""), ("Emil", "emil@")]
    answer = part.post(f"{url}check/", form_of(html, *rows, act="typed"))
    piece = answer.content.decode()
    assert answer.status_code == 200
    assert "<input" not in piece
    assert "<button" not in piece
    assert 'id="invite-note-1" data-wrong="" hx-swap-oob="outerHTML"' in piece
    assert 'id="invite-note-3" data-wrong="contact" hx-swap-oob="outerHTML"' in piece
    assert "1 row cannot be sent as it is." in text(answer)


def test_rows_are_added_taken_out_and_pasted_by_buttons(client, url, desk):
    html = opened(client, url)
    first, second = ("Mira", fresh()), ("Emil", "emil@")
    added = client.post(f"{url}check/", form_of(html, first, second, act="add"))
    assert added.status_code == 422
    assert added.content.decode().count('name="contact"') == 3
    assert re.search(r'id="invite-name-3"[^>]*data-focus="first"', added.content.decode())
    taken = client.post(f"{url}check/", form_of(html, first, second, act="remove-2"))
    assert taken.status_code == 200
    assert "Emil" not in taken.content.decode()
    table = f"Name\tMobile\nTara Bose\t{fresh()}\nNoor Aziz\t{fresh_mail()}\n"
    pasted = client.post(f"{url}check/", form_of(html, first, ("", ""), act="paste", pasted=table))
    assert pasted.status_code == 200
    assert [
        name for name in ("Mira", "Tara Bose", "Noor Aziz") if f'value="{name}"' in pasted.content.decode()
    ] == [
        "Mira",
        "Tara Bose",
        "Noor Aziz",
    ]
    assert "Invite 3 friends" in text(pasted)
    nothing = client.post(f"{url}check/", form_of(html, first, act="paste", pasted="   "))
    assert nothing.status_code == 422
    assert 'id="invite_pasted_error" role="alert"' in nothing.content.decode()


def test_two_hundred_pasted_rows_get_one_message_each(client, url, desk):
    kinds = ["123", "nobody@", REFERRER_MOBILE, CUSTOMER, "not a number"]
    table = "\n".join(f"Person {number};{kinds[number % 5]}" for number in range(200))
    html = opened(client, url)
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(f"{url}check/", form_of(html, act="paste", pasted=table))
    assert answer.status_code == 422
    assert errors_in(answer.content.decode()) == 200 + 1
    assert "200 rows cannot be sent as they are." in text(answer)
    assert len(captured) < 40
    too_many = client.post(f"{url}check/", form_of(html, act="paste", pasted=f"{table}\nOne more;{fresh()}"))
    assert "At most 200 people are invited at once." in text(too_many)


def test_no_row_is_lost_where_pasted_and_typed_ones_are_too_many_together(client, url, desk):
    html = opened(client, url)
    typed = [(f"Typed {number}", "123") for number in range(5)]
    table = "\n".join(f"Person {number};123" for number in range(198))
    answer = client.post(f"{url}check/", form_of(html, *typed, act="paste", pasted=table))
    assert answer.status_code == 422
    assert "With those above these are 203 rows. At most 200 people are invited at once." in text(answer)
    assert answer.content.decode().count('name="contact"') == 5
    assert "Person 197;123" in answer.content.decode()
    full = client.post(f"{url}check/", form_of(html, *typed[:1] * 201, act="add"))
    assert full.content.decode().count('name="contact"') == 201


def test_a_refused_row_stays_to_be_corrected_and_the_others_are_not_sent_twice(client, url, desk):
    good, refused = fresh(), fresh()
    rows = [("Mira", good), ("Gaurav", refused)]
    checked = client.post(f"{url}check/", form_of(opened(client, url), *rows))
    assert text(checked).count("Can be invited.") == 2
    registers(desk.outside, refused)
    answer = client.post(url, form_of(checked.content.decode(), *rows))
    made = Invitation.objects.get()
    page = client.get(answer.headers["Location"])
    html, words = page.content.decode(), text(page)
    assert (made.invited, made.refused) == (1, 1)
    for told in (
        "1 friend invited.",
        "1 row was refused",
        "Result per person",
        "Done",
        "Refused",
        "Code 1014",
        "Correct 1 row and send it again",
        "Invite 1 friend",
    ):
        assert told in words, told
    assert html.count('name="contact"') == 1
    assert f'value="+{refused}"' in html
    corrected = fresh()
    answer = client.post(url, form_of(html, ("Gaurav", corrected)))
    second = Invitation.objects.latest("pk")
    assert answer.headers["Location"] == reverse("referrals:invitation", args=[second.pk])
    assert (second.asked, second.invited) == (1, 1)
    assert len(desk.stored(good)) == 1


def test_a_lost_answer_is_not_known_yet_and_settles_on_its_page(client, part, url, desk):
    mobile = fresh()
    desk.outside.add_fault(kind="drop_after", method="POST", path=POSTS, count=1)
    answer = part.post(url, form_of(opened(client, url), ("Mira", mobile)))
    made = Invitation.objects.get()
    address = reverse("referrals:invitation", args=[made.pk])
    assert answer["HX-Redirect"] == address
    assert "lc:watch" in answer["HX-Trigger"]
    words = text(client.get(address))
    for told in (
        "Not known yet: the console is checking",
        "Do not invite these people again.",
        "Check again",
    ):
        assert told in words, told
    refused = client.post(url, form_of(opened(client, url), ("Mira", mobile)))
    assert refused.status_code == 422
    # The customer's list shows the person by now, which is how it will settle.
    assert "This person was invited already in this campaign." in text(refused)
    still = part.get(f"{address}result/?was=unknown-1&times=3")
    assert 'hx-trigger="load delay:6s"' in still.content.decode()
    settled = client.post(f"{address}check/")
    assert settled.headers["Location"] == address
    assert "1 friend invited." in text(client.get(address))
    assert part.get(f"{address}result/?was=unknown-1&times=3")["HX-Refresh"] == "true"
    assert (again(made).state, len(desk.stored(mobile))) == ("done", 1)


def test_a_person_says_that_they_were_not_invited_and_never_the_one_who_sent_it(
    client, client_as, url, desk, lead
):
    desk.outside.add_fault(kind="drop_before", method="POST", path=POSTS, count=1)
    made = desk.invite(fresh())
    desk.outside.clear()
    desk.over_the_horizon()
    assert again(made).state == "person"
    address = reverse("referrals:invitation", args=[made.pk])
    manager, htmx = client_as(lead), client_as(lead, htmx=True)
    looked = text(client.post(f"{address}check/", follow=True))
    assert "still not known. A person has to look." in looked
    assert "goes on checking" not in looked
    page = text(manager.get(address))
    assert "A person has to look" in page
    assert "They were not invited" in page
    assert "They were not invited" not in text(client.get(address))
    dialog = htmx.get(f"{address}give-up/")
    assert "<!DOCTYPE" not in dialog.content.decode()
    empty = manager.post(f"{address}give-up/", {"words": ""})
    assert (empty.status_code, "Say how you know." in text(empty)) == (422, True)
    done = manager.post(f"{address}give-up/", {"words": "Nothing of it in Capillary."})
    assert done.headers["Location"] == address
    assert again(made).state == "not_done"
    assert "Nobody was invited." in text(manager.get(address))


def test_what_stands_in_the_way_is_said_before_anything_is_typed(client, url, desk, administrator, agent):
    InviteRules.objects.filter(store=None).update(per_person_a_day=1)
    desk.invite(fresh())
    words = text(client.get(url))
    assert "0 of 1 people left" in words
    assert "You have invited as many people as you may within 24 hours." in words
    over = client.post(url, form_of(opened(client, url), ("Mira", fresh())))
    assert over.status_code == 403
    assert "You may invite 1 person within 24 hours, and 0 more now." in text(over)
    turn_off(
        actor=desk.actor(administrator),
        user=administrator,
        act="invite",
        store=None,
        reason="Counting friends.",
    )
    off = client.get(url)
    assert "Counting friends." in text(off)
    assert 'aria-disabled="true"' in off.content.decode()


def test_the_hour_of_version_2_that_is_used_up_is_said_above_the_form_and_keeps_the_rows(
    client, url, desk, dialect
):
    dialect("v2")
    desk.outside.switch(referrals_an_hour="1")
    html = opened(client, url)
    desk.invite(fresh())
    answer = client.post(url, form_of(html, ("Mira", mobile := fresh())))
    words = text(answer)
    assert answer.status_code >= 400
    assert "Nobody was invited." in words
    assert re.search(r"[Tt]ry again", words)
    assert f'value="{mobile}"' in answer.content.decode()


def test_the_auditor_reads_the_invitation_with_its_calls_and_leaves_an_entry(client_as, auditor, desk):
    with use_reference(new_reference()):
        made = desk.invite(fresh())
    reader = client_as(auditor)
    address = reverse("referrals:invitation", args=[made.pk])
    with CaptureQueriesContext(connection) as captured:
        page = reader.get(address)
    assert sum(one["sql"].startswith("SELECT") for one in captured) == PAGE_QUERIES
    words = text(page)
    assert "Invitation of 1 friend for Nisha Chatterjee" in words
    for button in ("Check again", "Invite 1 friend", "They were not invited"):
        assert button not in words
    calls = reader.get(f"{address}calls/")
    assert POSTS in text(calls)


PAGE_QUERIES = 7
