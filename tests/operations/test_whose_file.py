"""Whose file it is: what stands in the database, who sees it, who may say yes, and what a shrunken limit does."""

import hashlib

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.core.errors import Conflict, Refused
from apps.operations.models import FilePart, Notice, Operation
from apps.operations.work import services
from apps.operations.work.following import clear_cancelled
from apps.operations.work.progress import progress_of
from apps.staff.services import give_role

pytestmark = pytest.mark.django_db
SECOND = [{"rule": "much", "words": "More than 1,000 points in all."}]


def steer(what, operation, office, user, **more):
    return getattr(services, what)(actor=office.actor, user=user, operation=operation, **more)


def test_a_file_stands_encrypted_in_the_database_and_is_read_as_it_came(office):
    operation = office.upload("5550004417,500,")
    [part] = FilePart.objects.filter(file=operation.file)
    assert b"5550004417" not in bytes(part.sealed)
    assert b"5550004417,500," in b"".join(operation.file.parts())


def test_whoever_uploaded_rows_does_not_approve_them_in_somebody_else_s_rerun(office, second, desk):
    desk.why = SECOND
    operation = office.checked("101,500,", "102,500,")
    steer("cancel", operation, office, office.user)
    clear_cancelled()
    again = steer("rerun_failed", operation, office, second)
    office.work()
    steer("request_approval", again, office, second)
    again.refresh_from_db()
    given = {"sha256": again.file_sha256, "fingerprint": again.fingerprint}
    with pytest.raises(Refused, match="a file you uploaded"):
        steer("approve", again, office, office.user, **given)


def test_a_limit_that_shrank_since_the_dry_run_leads_to_a_second_person(office, desk, client_as):
    operation = office.checked("101,500,")
    client = client_as(office.user)
    address = reverse("operations:operation", args=[operation.pk])
    desk.why = SECOND
    answer = client.post(reverse("operations:operation_run", args=[operation.pk]))
    assert "More than 1,000 points in all." in answer.content.decode()
    page = client.get(address).content.decode()
    assert "Send 1 row for approval" in page
    assert "Run 1 row" not in page
    steer("request_approval", operation, office, office.user)
    assert Operation.objects.get(pk=operation.pk).state == "waiting"


def test_working_at_the_counter_of_a_store_shows_nobody_its_files(office, agent, stores, client_as):
    operation = office.checked("101,500,")
    give_role(agent, "agent", stores.store_12)
    give_role(agent, "store_manager", stores.store_07)
    assert not Operation.objects.visible_to(agent).exists()
    page = client_as(agent).get(reverse("operations:operation", args=[operation.pk]))
    assert page.status_code == 404


def test_who_may_decide_is_told_and_counted_and_the_requester_is_not(office, second, desk, client_as):
    desk.why = SECOND
    operation = office.checked("101,500,")
    steer("request_approval", operation, office, office.user)
    [notice] = Notice.objects.filter(user=second)
    assert (notice.words, notice.url) == (
        f"{operation.number} of {office.user.name} waits for your approval.",
        reverse("operations:operation", args=[operation.pk]),
    )
    assert not Notice.objects.filter(user=office.user, words__contains="waits for your").exists()
    for user, count in ((second, 1), (office.user, 0)):
        items = {one.label: one.count for one in client_as(user).get("/account/").context["navigation"]}
        assert (items["Operations"] or 0) == count


def test_where_nobody_else_may_decide_the_page_says_so_before_it_is_sent(office, desk, client_as):
    desk.why = SECOND
    operation = office.checked("101,500,")
    page = client_as(office.user).get(reverse("operations:operation", args=[operation.pk]))
    assert "Nobody else in your store may approve it." in page.content.decode()


def test_what_somebody_may_not_do_is_an_entry_with_the_operation_and_the_reason(office, second, desk):
    desk.why = SECOND
    operation = office.checked("101,500,")
    steer("request_approval", operation, office, office.user)
    operation.refresh_from_db()
    given = {"sha256": operation.file_sha256, "fingerprint": operation.fingerprint}
    with pytest.raises(Refused):
        steer("approve", operation, office, office.user, **given)
    entry = Entry.objects.get(action="operations.work.stopped")
    assert (entry.subject, entry.outcome) == (operation.number, "refused")
    assert entry.reason == "Somebody else has to approve what you asked for."
    assert entry.content["details"]["act"] == "approve"
    steer("approve", operation, office, second, **given)
    assert Entry.objects.filter(action="operations.work.stopped").count() == 1


def test_failed_rows_are_run_again_once(office, client_as):
    operation = office.run(office.checked("101,10,refused"))
    office.work()
    again = steer("rerun_failed", operation, office, office.user)
    with pytest.raises(Conflict, match=f"run again as {again.number} already"):
        steer("rerun_failed", operation, office, office.user)
    page = client_as(office.user).get(reverse("operations:operation", args=[operation.pk])).content.decode()
    assert f"Run again as {again.number}" in page
    assert "Run 1 row again" not in page
    # Given up, they may be begun anew.
    office.work()
    steer("cancel", again, office, office.user)
    assert steer("rerun_failed", operation, office, office.user).pk != again.pk


def test_the_file_is_fetched_as_it_came_by_whoever_decides_and_by_nobody_else(
    office, second, client_as, agent
):
    operation = office.checked("101,500,")
    address = reverse("operations:operation_file", args=[operation.pk])
    answer = client_as(second).get(address)
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == operation.file_sha256
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="{operation.number}-uploaded.csv"'
    assert Entry.objects.filter(action="operations.work.downloaded", subject=operation.number).exists()
    assert client_as(agent).get(address).status_code in (403, 404)


def test_skipped_rows_are_not_counted_as_through(office):
    operation = office.running("101,10,", "102,10,", "103,10,", "104,10,")
    steer("cancel", operation, office, office.user)
    office.work()
    clear_cancelled()
    found = progress_of(office.now(operation))
    assert (found.skipped, found.through, found.percent) == (4, 0, 0)
