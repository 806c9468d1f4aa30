"""Whose file it is: what stands in the database, who sees it, who may say yes, and what a shrunken limit does."""

import pytest
from django.urls import reverse

from apps.core.errors import Refused
from apps.operations.models import FilePart, Operation
from apps.operations.work import services
from apps.operations.work.following import clear_cancelled
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
