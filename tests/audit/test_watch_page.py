"""The pages of the watch: who reads, what stands there, marking by hand, and that all of it is in the trail."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Entry, WatchItem
from apps.audit.narrative import plain_sentence
from apps.audit.services import record
from apps.audit.watch.raising import WATCHER
from apps.audit.watch.reading import ROWS, SHOWN
from apps.core.context import new_reference, use_reference

pytestmark = pytest.mark.django_db
LIST = "/trail/watch/"
EVIL = "<script>alert('x')</script>"


@pytest.fixture
def evidence(asha):
    """Three reveals of Asha Verma."""
    with use_reference(new_reference()):
        return [
            record("customer.revealed", actor=asha, customer=4417, subject="Mobile", reason="Asked.")
            for _ in range(3)
        ]


@pytest.fixture
def item(evidence):
    """``item(looked=True)``: something found about Asha Verma."""

    def make(rule="reveals", *, looked=False, **more):
        now = timezone.now()
        counts = {"revealed": 3, "customers": 1, "limit_a_day": 3}
        ids = [one.pk for one in evidence]
        values = {
            "rule": rule,
            "mark": f"{rule}/{WatchItem.objects.count()}",
            "about": "Asha Verma",
            "actor_id": 4,
            "store_code": "012",
            "begins_at": now - timedelta(minutes=5),
            "ends_at": now,
            "evidence": {"entries": ids, "total": 3, "last": ids[-1], "counts": counts},
        }
        if looked:
            values |= {"looked_at": now, "looked_by_name": "Lena Fischer", "note": "A market day."}
        return WatchItem.objects.create(**(values | more))

    return make


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_page_whole_as_fragment_and_signed_out(item, client_as, auditor):
    for url in (LIST, reverse("audit:watch_item", args=[item().pk])):
        assert page(client_as(auditor), url).count("<h1") == 1
        fragment = client_as(auditor, htmx=True).get(url)
        assert b"<html" not in fragment.content
        assert "HX-Request" in fragment["Vary"]
        assert client_as().get(url).status_code == 302


def test_an_item_tells_what_was_found_and_shows_its_evidence_as_sentences(item, evidence, client_as, auditor):
    words = page(client_as(auditor), reverse("audit:watch_item", args=[item().pk]))
    assert "Asha Verma revealed 3 fields of 1 customer." in words
    assert words.count("revealed the <b>Mobile</b>") == 3
    for entry in evidence:
        assert reverse("audit:entry", args=[entry.pk]) in words
    assert "3 in a day" in words
    assert "/trail/?person=4&amp;from=" in words


def test_reading_is_an_entry_before_anything_is_shown(item, client_as, auditor):
    shown = item()
    page(client_as(auditor), f"{LIST}?state=all&rule=reveals")
    page(client_as(auditor), reverse("audit:watch_item", args=[shown.pk]))
    read, opened = Entry.objects.filter(action__startswith="watch.").order_by("pk")
    assert (read.action, read.content["details"]["filters"]) == ("watch.viewed", "All, Many reveals")
    assert (opened.action, opened.subject, opened.actor_name) == (
        "watch.item.opened",
        shown.number,
        "Lena Fischer",
    )


def test_the_list_shows_what_waits_and_all_of_it_open_ones_first(item, client_as, auditor):
    looked, first, second = item(looked=True), item(), item("lookups", about="Rohan Mehta", evidence={"counts": {
        "looked": 60, "in_an_hour": 9}, "total": 60})  # fmt: skip
    client = client_as(auditor)

    def listed(query=""):
        words = page(client, LIST + query)
        at = {one: words.find(f'href="{LIST}{one.pk}/"') for one in (looked, first, second)}
        return [one for one in sorted(at, key=at.get) if at[one] >= 0]

    assert listed() == [second, first]
    assert listed("?state=all") == [second, first, looked]
    assert listed("?rule=lookups") == [second]
    assert listed("?state=all&rule=reveals") == [first, looked]
    assert listed("?state=nonsense&rule=nonsense&before=x") == [second, first]
    assert "None of these." in page(client, f"{LIST}?rule=hours")
    assert "Lena Fischer" in page(client, f"{LIST}?state=all")


def test_pages_follow_each_other_without_a_gap(item, client_as, auditor):
    made = {item(looked=number % 2 == 0).pk for number in range(ROWS * 2 + 3)}
    client, url, seen = client_as(auditor), f"{LIST}?state=all", []
    while url:
        answer = client.get(url)
        seen += [one.item.pk for one in answer.context["shown"]]
        url = answer.context["older_url"]
    assert (len(seen), set(seen)) == (len(made), made)
    waiting = set(WatchItem.objects.waiting().values_list("pk", flat=True))
    assert set(seen[: len(waiting)]) == waiting


def test_what_the_rules_made_is_never_markup_and_a_rule_that_is_gone_still_reads(item, client_as, auditor):
    gone = item("gone", about=EVIL, looked=True, note=EVIL)
    words = page(client_as(auditor), f"{LIST}?state=all")
    words += page(client_as(auditor), reverse("audit:watch_item", args=[gone.pk]))
    assert EVIL not in words
    assert "gone: &lt;script&gt;" in words


def test_marking_keeps_the_note_and_says_who(item, client_as, auditor):
    shown = item()
    client = client_as(auditor)
    url = reverse("audit:watch_look", args=[shown.pk])
    assert client.get(url).headers["Location"] == reverse("audit:watch_item", args=[shown.pk])
    answer = client.post(url, {"note": "  A market  day. "}, follow=True)
    words = answer.content.decode()
    assert "Marked as looked at: Asha Verma revealed 3 fields" in words
    assert "Nothing waits to be looked at." in words
    words = page(client, reverse("audit:watch_item", args=[shown.pk]))
    assert "A market day." in words
    assert "Lena Fischer" in words
    assert '<textarea name="note"' not in words


@pytest.mark.parametrize("note", ["", "x" * 501])
def test_a_note_that_cannot_be_kept_stays_typed_with_the_reason_beside_it(item, client_as, auditor, note):
    shown = item()
    answer = client_as(auditor).post(reverse("audit:watch_look", args=[shown.pk]), {"note": note})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in words
    assert ("Say what you found." if not note else "This is too long.") in words
    assert note in words
    assert WatchItem.objects.waiting().count() == 1


@pytest.mark.parametrize(
    "note", ["Her number 915550000001.", "Wrote to kavya@example.com.", "Card 7055 0000 0000 0023"]
)
def test_a_note_keeps_no_address_and_no_number_of_anybody(item, client_as, auditor, note):
    """The trail would mask them; the item has nobody whose erasure finds them."""
    shown = item()
    answer = client_as(auditor).post(reverse("audit:watch_look", args=[shown.pk]), {"note": note})
    assert answer.status_code == 422
    assert "Leave addresses, numbers and codes out of it" in answer.content.decode()
    assert note in answer.content.decode()
    shown.refresh_from_db()
    assert (shown.note, shown.looked_at) == ("", None)
    answer = client_as(auditor).post(
        reverse("audit:watch_look", args=[shown.pk]), {"note": "Entry 1,774 of 23 November 2026, 41 times."}
    )
    assert answer.status_code == 302


def test_what_the_watch_raised_reads_as_the_item_does(client_as, auditor):
    told = {"about": "Rohan Mehta", "counts": {"refused": 5, "in_a_row": 5}}
    for rule in ("sign_ins", "gone"):
        record("watch.item.raised", actor=WATCHER, subject="watch item 2", details={"rule": rule, **told})
    record(
        "watch.item.raised", actor=WATCHER, subject="watch item 3", details={"rule": "sign_ins", "about": "X"}
    )
    found = [plain_sentence(one) for one in Entry.objects.filter(action="watch.item.raised").order_by("pk")]
    assert found == [
        "The watch found something unusual (watch item 2). Rohan Mehta: 5 wrong sign-ins in a row.",
        "The watch found something unusual (watch item 2). gone: Rohan Mehta.",
        "The watch found something unusual (watch item 3). Wrong sign-ins: X.",
    ]


def test_somebody_elses_mark_is_told_and_the_page_shows_it(item, client_as, auditor):
    shown = item(looked=True)
    answer = client_as(auditor).post(reverse("audit:watch_look", args=[shown.pk]), {"note": "Mine."})
    assert answer.status_code == 409
    assert "Lena Fischer looked at it already." in answer.content.decode()
    refusal = Entry.objects.get(action="watch.item.not_marked")
    assert (refusal.outcome, refusal.reference) == ("refused", answer["X-Reference"])
    shown.refresh_from_db()
    assert shown.note == "A market day."


def test_nobody_marks_an_item_about_themselves(item, client_as, auditor):
    own = item(actor_id=auditor.pk, about=auditor.name)
    client = client_as(auditor)
    words = page(client, reverse("audit:watch_item", args=[own.pk]))
    assert "It is about you. Somebody else has to look at it." in words
    assert '<textarea name="note"' not in words
    answer = client.post(reverse("audit:watch_look", args=[own.pk]), {"note": "Nothing."})
    assert answer.status_code == 403
    assert "It is about you." in answer.content.decode()
    refusal = Entry.objects.get(action="watch.item.not_marked")
    assert (refusal.outcome, refusal.reference) == ("refused", answer["X-Reference"])
    assert WatchItem.objects.waiting().count() == 1


def test_administrators_read_and_do_not_mark(item, client_as, administrator):
    shown = item()
    words = page(client_as(administrator), reverse("audit:watch_item", args=[shown.pk]))
    assert '<textarea name="note"' not in words
    answer = client_as(administrator).post(reverse("audit:watch_look", args=[shown.pk]), {"note": "Fine."})
    assert answer.status_code == 403
    assert Entry.objects.get(action="staff.refused").content["details"]["permission"] == "staff.mark_watch"


def test_the_navigation_counts_what_waits_for_auditors(item, client_as, auditor, administrator):
    item()
    item()
    item(looked=True)
    places = {one.label: one for one in client_as(auditor).get(LIST).context["navigation"]}
    assert (places["Watch"].count, places["Watch"].tone, places["Watch"].current) == (2, "warn", True)
    assert places["Audit trail"].current is False
    places = {one.label: one for one in client_as(administrator).get("/trail/").context["navigation"]}
    assert (places["Watch"].count, places["Audit trail"].current) == (0, True)


def test_a_page_of_items_and_one_item_cost_the_same_with_many(
    item, asha, client_as, auditor, django_assert_num_queries
):
    with use_reference(new_reference()):
        ids = [
            record("customer.revealed", actor=asha, customer=4417, subject="Mobile", reason="Asked.").pk
            for _ in range(SHOWN + 9)
        ]
    counts = {"revealed": len(ids), "customers": 1, "limit_a_day": 3}
    for _number in range(ROWS + 5):
        shown = item(evidence={"entries": ids, "total": len(ids), "last": ids[-1], "counts": counts})
    client = client_as(auditor)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    url = reverse("audit:watch_item", args=[shown.pk])
    with django_assert_num_queries(8):
        answer = client.get(url)
    assert f"The newest {SHOWN} of {len(ids)} entries." in answer.content.decode()
