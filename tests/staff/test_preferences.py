"""What people set for themselves: their language and region, time zone, look, density and keys."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.audit.services import record
from apps.audit.watch.hours import is_working_time
from apps.core import formats, reader
from apps.goodwill.rulebook.budgets import this_month
from apps.operations.work.hours import may_run_now
from apps.staff.letters.writing import password_changed
from apps.staff.models import Membership

pytestmark = pytest.mark.django_db
PAGE, PREFERENCES = "/account/", "/account/preferences/"
LOS_ANGELES = "America/Los_Angeles"
ALL = {"language": "en-us", "time_zone": LOS_ANGELES, "theme": "dark", "density": "compact"}


def elsewhere():
    """A zone in which it is another day than in Asia/Kolkata at this moment; one of these always is."""
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        with reader.read_by(name, "en-gb"):
            if reader.today() != timezone.localdate():
                return name
    raise AssertionError("Every place has the same day.")


def set_for(person, **values):
    type(person).objects.filter(pk=person.pk).update(**values)


def test_all_of_it_is_kept_used_and_written_down_once(client_as, agent):
    client = client_as(agent)
    page = client.get(PAGE).content.decode()
    assert '<html lang="en-gb"' in page
    assert 'data-density="comfortable"' in page
    assert "As the console: Asia/Kolkata" in page
    assert client.post(PREFERENCES, ALL)["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    for shown in (
        '<html lang="en-us"',
        'data-density="compact"',
        'data-look="dark"',
        f'value="{LOS_ANGELES}" selected',
    ):
        assert shown in page
    entry = Entry.objects.get(action="staff.preferences_changed")
    assert entry.content["details"]["changed"] == {
        "language": ["en-gb", "en-us"],
        "time_zone": ["", LOS_ANGELES],
        "theme": ["auto", "dark"],
        "density": ["comfortable", "compact"],
        "shortcuts": [True, False],
    }
    # The same once more changes nothing; the menu sends the theme and the keys, and leaves the rest.
    client.post(PREFERENCES, ALL)
    assert Entry.objects.filter(action="staff.preferences_changed").count() == 1
    client.post(PREFERENCES, {"theme": "light"}, headers={"HX-Request": "true"})
    agent.refresh_from_db()
    assert (agent.theme, agent.time_zone, agent.language, agent.density) == (
        "light",
        LOS_ANGELES,
        "en-us",
        "compact",
    )
    # Back to the console's own.
    client.post(PREFERENCES, {**ALL, "time_zone": ""})
    agent.refresh_from_db()
    assert agent.time_zone == ""


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("language", "Choose one of the languages shown."),
        ("time_zone", "Choose one of the time zones shown."),
        ("density", "Choose one of those shown."),
    ],
)
def test_what_is_not_offered_is_refused_beside_its_field(client_as, agent, name, sentence):
    client = client_as(agent)
    for typed in ("<b>Mars</b>", "../../etc/passwd", *([""] if name != "time_zone" else [])):
        answer = client.post(PREFERENCES, {**ALL, name: typed})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert sentence in page
        # What was chosen beside it is kept on the page, and nothing in the house.
        assert 'name="theme" value="dark"' in page
    agent.refresh_from_db()
    assert (agent.language, agent.time_zone, agent.theme) == ("en-gb", "", "auto")
    assert not Entry.objects.filter(action="staff.preferences_changed").exists()


def test_nothing_is_asked_of_the_database_for_it(client_as, agent, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_as(agent)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as before:
        client.get(PAGE)
    set_for(agent, time_zone=LOS_ANGELES, language="en-in", density="compact")
    with django_assert_num_queries(len(before)):
        client.get(PAGE)


def test_the_trail_is_shown_and_searched_in_the_readers_zone(client_as, auditor):
    client = client_as(auditor)
    record("staff.signed_in", actor=Actor(user_id=4, name="Asha Verma", role="Agent"), subject="far away")
    entry = Entry.objects.get(subject="far away")
    trail = reverse("audit:trail")

    def day_there():
        with reader.read_by(zone, "en-gb"):
            return reader.today()

    zone = elsewhere()
    set_for(auditor, time_zone=zone, language="en-us")
    with reader.read_by(zone, "en-us"):
        exact, name, heading = (
            formats.clock_exact(entry.at),
            reader.zone_name(),
            f"Today, {formats.day_in_full(reader.local(entry.at).date())}",
        )
    page = client.get(trail).content.decode()
    for words in (exact, f"Times are {name}.", heading):
        assert words in page
    # Their day holds it, the console's does not: it is another day there.
    day, ours = day_there(), timezone.localdate()
    found = client.get(trail, {"from": day, "until": day, "action": "staff.signed_in"}).content.decode()
    assert exact in found
    missed = client.get(trail, {"from": ours, "until": ours, "action": "staff.signed_in"}).content.decode()
    assert exact not in missed
    # The entry about reading says whose days were meant; of filters without days it says nothing.
    told = [one.content["details"] for one in Entry.objects.filter(action="trail.viewed").order_by("id")]
    assert [one.get("time_zone") for one in told] == [None, zone, zone]


def test_an_export_is_of_the_days_of_whoever_asks_and_says_so(client_as, auditor):
    from apps.operations.models import Operation
    from apps.operations.work.comparing import bounds

    record("staff.signed_in", actor=Actor(user_id=4, name="Asha Verma", role="Agent"))
    zone = elsewhere()
    set_for(auditor, time_zone=zone)
    client, new = client_as(auditor), reverse("operations:operation_new", args=["trail_export"])
    assert "Days begin and end at midnight in your own time zone" in client.get(new).content.decode()
    with reader.read_by(zone, "en-gb"):
        day = reader.today()
        begins = reader.begins(day)
    asked = {"ask_from": day, "ask_until": day, "ask_reason": "Quarterly review", "ask_form": "csv"}
    assert client.post(new, {**asked, "title": "", "stop_after_errors": "10"}).status_code == 302
    operation = Operation.objects.get()
    # The worker, which has no reader, works on the same time.
    assert bounds(operation)[0] == begins
    assert operation.title.endswith(f"{day} – {day} ({zone})")


def test_days_of_business_do_not_move_with_the_reader(client_as, agent, settings):
    zone = elsewhere()
    set_for(agent, time_zone=zone, language="en-in")
    client, today = client_as(agent), timezone.localdate()
    held = Membership.objects.filter(user=agent)
    held.update(ends_on=today)
    assert client.get(reverse("customers:lookup")).status_code == 200
    held.update(ends_on=today - timedelta(days=1))
    assert client.get(reverse("customers:lookup")).status_code == 403
    # Months of budgets, hours of work and of rows: the same for whoever looks on, at any moment of a day.
    settings.CONSOLE_WORK_HOURS = {"bulk": (time(8), time(20))}
    hours = [timezone.now() + timedelta(hours=hour) for hour in range(24)]

    def counted():
        moments = [(is_working_time(at), may_run_now("bulk", at), this_month(at)) for at in hours]
        return timezone.localdate(), moments

    ours = counted()
    with reader.read_by(zone, "en-in"):
        assert counted() == ours
        assert reader.today() != today
    # By construction: Django's own zone, which they are counted by, is never another than the console's.
    names = ("timezone.activate", "timezone.override")
    house = Path(__file__).parents[2] / "apps"
    assert [
        path for path in house.rglob("*.py") if any(f"{name}(" in path.read_text("utf-8") for name in names)
    ] == []


def test_a_page_leaves_nothing_of_its_reader_behind(client_as, agent):
    set_for(agent, time_zone=LOS_ANGELES, language="en-us")
    # While their zone is another than the console's, the frame of every page names it.
    assert "Times in America/Los_Angeles" in client_as(agent).get(PAGE).content.decode()
    assert (reader.region(), reader.is_elsewhere()) == ("en-gb", False)
    client_as(agent).get("/nowhere/")
    assert (reader.region(), reader.is_elsewhere()) == ("en-gb", False)
    # A zone that the machine has forgotten is none.
    set_for(agent, time_zone="Mars/Olympus_Mons")
    assert client_as(agent).get(PAGE).status_code == 200


def test_each_zone_is_offered_once_with_its_distance_and_an_older_name_stays(client_as, agent):
    client = client_as(agent)
    page = client.get("/account/").content.decode()
    assert "Tokyo (UTC+09:00)" in page
    assert "Asia/Calcutta" not in page
    set_for(agent, time_zone="Asia/Calcutta")
    assert 'value="Asia/Calcutta" selected' in client.get("/account/").content.decode()
    assert client.post(PREFERENCES, ALL | {"time_zone": "Asia/Calcutta"}).status_code == 302
    assert client.post(PREFERENCES, ALL).status_code == 302
    assert client.post(PREFERENCES, ALL | {"time_zone": "Asia/Calcutta"}).status_code == 422


def test_a_mail_tells_the_time_of_its_recipient(agent):
    set_for(agent, time_zone=LOS_ANGELES, language="en-us")
    at = datetime(2026, 11, 24, 4, 4, tzinfo=UTC).isoformat()
    mail = password_changed({"person": agent.pk, "at": at, "browser": "Firefox", "address": "203.0.113.24"})
    assert mail is not None
    assert "When: Nov 23, 2026, 8:04 PM PST" in mail.text
