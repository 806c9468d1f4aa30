"""How long files and rows are kept, who sees an operation, the command, and what health says."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import signals
from django.utils import timezone

from apps.audit.models import Entry
from apps.operations.health.work import long_work
from apps.operations.models import Chunk, FilePart, Item, Line, Operation, StoredFile
from apps.operations.work import dispatching, retiring, services
from apps.operations.work.progress import progress_of
from tests.operations.work_help import claimed

pytestmark = pytest.mark.django_db


def expire(*operations):
    pks = [one.pk for one in operations]
    Operation.objects.filter(pk__in=pks).update(expires_at=timezone.now() - timedelta(days=1))


def command(*words):
    out = StringIO()
    call_command("operations", *words, stdout=out)
    return out.getvalue()


def test_rows_and_files_go_and_counts_and_trail_stay(office, settings):
    settings.CONSOLE_WORK_KEPT_DAYS = 30
    operation = office.running("101,10,", "102,10,refused")
    kept = office.running("201,10,")
    office.work()
    assert office.now(operation).expires_at > timezone.now() + timedelta(days=29)
    expire(operation)
    assert retiring.retire() == 1
    operation = office.now(operation)
    assert operation.emptied_at
    assert operation.file is None
    assert operation.file_sha256
    assert not Item.objects.filter(operation=operation).exists()
    assert not Chunk.objects.filter(operation=operation).exists()
    assert not Line.objects.filter(operation=operation).exists()
    assert StoredFile.objects.get() == office.now(kept).file
    assert FilePart.objects.count() == 1
    assert progress_of(operation).done == progress_of(operation).not_done == 1
    assert Entry.objects.filter(action="operations.work.emptied").count() == 1
    assert retiring.retire() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [FilePart, StoredFile])
def test_a_worker_killed_while_it_deletes_leaves_nothing_for_ever(office, model):
    operation = office.running("101,10,")
    office.work()
    expire(operation)

    def killed(**_values):
        raise SystemExit

    signals.pre_delete.connect(killed, sender=model)
    try:
        with pytest.raises(SystemExit):
            retiring.retire()
    finally:
        signals.pre_delete.disconnect(killed, sender=model)
    assert office.now(operation).emptied_at is None
    assert StoredFile.objects.count() == 1
    assert retiring.retire() == 1
    assert (StoredFile.objects.count(), FilePart.objects.count()) == (0, 0)
    assert office.now(operation).counts == {"done": 1}


def test_one_that_cannot_be_emptied_keeps_no_other_from_it(office, caplog):
    broken, other = office.running("101,10,"), office.running("102,10,")
    office.work()
    expire(broken, other)
    Operation.objects.filter(pk=broken.pk).update(actor={"nobody": "knows this"})
    assert retiring.retire() == 1
    assert office.now(other).emptied_at
    assert f"{broken.number} could not be emptied: TypeError." in caplog.text


def test_what_is_not_known_is_kept_until_it_is(office):
    operation = office.running("101,10,silence")
    office.work()
    expire(operation)
    assert retiring.retire() == 0
    assert Item.objects.count() == 1


def test_what_was_left_lying_is_cancelled_first(office):
    operation = office.checked("101,10,")
    expire(operation)
    retiring.retire()
    assert office.now(operation).state == "cancelled"


def test_a_file_another_one_runs_on_stays(office):
    first = office.running("101,10,refused")
    office.work()
    again = services.rerun_failed(actor=office.actor, user=office.user, operation=first)
    office.work()
    expire(first)
    assert retiring.retire() == 1
    assert office.now(again).file is not None


def test_one_sees_one_s_own_and_those_of_one_s_stores(office, second, other_manager, auditor):
    operation = office.upload("101,1,")
    for user, sees in ((office.user, 1), (second, 1), (other_manager, 0), (auditor, 1)):
        assert Operation.objects.visible_to(user).filter(pk=operation.pk).count() == sees


def test_the_command_lists_shows_and_steers(office):
    operation = office.running("101,10,", "abc,10,")
    assert f"{operation.number}  running" in command("list")
    shown = command("show", operation.number)
    assert "1 to do, 1 left out, 1 left" in shown
    assert "Started by Rohan Mehta." in shown
    assert "paused" in command("pause", operation.number)
    assert "running" in command("resume", operation.number.lower())
    assert "cancelled" in command("cancel", operation.number)
    assert command("list") == ""
    assert operation.number in command("list", "--all")
    entry = Entry.objects.get(action="operations.work.cancelled")
    assert (entry.channel, entry.actor_id) == ("command", None)


def test_the_command_says_what_cannot_be_done():
    with pytest.raises(CommandError, match="There is no operation OP-99999"):
        command("show", "OP-99999")


def test_the_command_refuses_what_is_over(office):
    operation = office.checked("101,10,")
    with pytest.raises(CommandError, match="stands at “Checked”"):
        command("pause", operation.number)


def test_health_tells_of_queue_leases_and_parked_chunks(office):
    assert long_work().sentence == "0 pieces are worked on, 0 wait; 0 leases have run out."
    operation = office.running(*(f"{101 + one},1," for one in range(40)))
    claimed(operation)
    assert long_work().sentence == "1 pieces are worked on, 3 wait; 0 leases have run out."
    office.soon(minutes=3)
    check = long_work()
    assert (check.tone, check.sentence.endswith("; 1 leases have run out.")) == ("warn", True)
    dispatching.dispatch()
    office.soon(minutes=3)
    check = long_work()
    assert check.tone == "bad"
    assert "no worker takes them" in check.sentence
    Chunk.objects.filter(phase="run", number=1).update(state="parked")
    check = long_work()
    assert (check.tone, check.sentence) == (
        "bad",
        "1 piece of long work failed again and again and waits for a person.",
    )
