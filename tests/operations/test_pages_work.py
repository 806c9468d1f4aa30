"""The pages of long work: who sees what, what each state offers, downloads, and what a no looks like."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from apps.audit.models import Entry
from apps.operations.models import Chunk, Item, Operation, StoredFile
from apps.operations.work import services
from apps.operations.work.fingerprints import print_of
from apps.staff.models import User

HEADER = "Customer id,Points,What happens"
SECOND = [{"rule": "much", "words": "More than 1,000 points in all."}]


def text(answer):
    return " ".join(answer.content.decode().split())


def url(name, *values):
    return reverse(f"operations:{name}", args=values)


def page(client, operation):
    return text(client.get(url("operation", operation.pk)))


def streamed(answer):
    return b"".join(answer.streaming_content)


@pytest.fixture
def client(client_as, manager):
    return client_as(manager)


@pytest.fixture
def waiting(office, desk):
    """Two rows that a second person has to approve."""
    desk.why = SECOND
    operation = office.checked("101,700,", "102,800,")
    return services.request_approval(actor=office.actor, user=office.user, operation=operation)


def given(content, name="rows.csv", **more):
    return {"file": SimpleUploadedFile(name, content), **more}


def test_the_list_shows_one_s_stores_narrows_by_the_address_and_turns_pages(
    office, client, client_as, other_manager, auditor
):
    ended = office.run(office.checked("101,5,", title="Diwali delays"))
    office.work()
    office.upload("102,5,", title="Being read")
    shown = text(client.get(url("list")))
    assert "Diwali delays" in shown
    assert "Being read" in shown
    assert ended.number in shown
    over = text(client.get(url("list"), {"state": "ended", "kind": "test_rows", "person": office.user.pk}))
    assert "Diwali delays" in over
    assert ">Being read</a>" not in over
    assert "Diwali delays" not in text(client.get(url("list"), {"state": "open"}))
    assert "No operation is like this." in text(client.get(url("list"), {"state": "paused"}))
    assert "No operation yet." in text(client_as(other_manager).get(url("list")))
    reads = text(client_as(auditor).get(url("list")))
    assert "Diwali delays" in reads
    assert "operations/new/trail_export/" in reads
    assert reads.count("operations/new/") == 1
    for number in range(30):
        office.upload("1,1,", title=f"Many {number}")
    first = client.get(url("list"))
    assert text(first).count("/operations/") > 25
    assert 'rel="next"' in text(first)
    older = client.get(url("list"), {"before": first.context["rows"][-1]["operation"].pk})
    assert "Diwali delays" in text(older)
    assert "Many 29" not in text(older)


def test_a_file_goes_up_and_its_page_looks_again_by_itself(office, client):
    form = text(client.get(url("operation_new", "test_rows")))
    assert "at most" in form
    assert "rows and" in form
    sent = given(f"{HEADER}\n101,5,\n".encode(), title="Late parcels", stop_after_errors="3")
    answer = client.post(url("operation_new", "test_rows"), sent)
    operation = Operation.objects.get()
    assert answer["Location"] == url("operation", operation.pk)
    assert (operation.title, operation.stop_after_errors) == ("Late parcels", 3)
    shown = page(client, operation)
    assert "rows read so far" in shown
    assert 'hx-trigger="every 2s"' in shown
    assert operation.file_sha256 in shown
    office.work()
    assert "Run 1 row" in page(client, operation)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose a file."),
        (given(b""), "The file is empty."),
        (given(b"%PDF-1.7"), "This is a PDF, not a table."),
        (given(b"Points\n5\n"), "These columns are missing: Customer id."),
        (given(f"{HEADER}\n1,1,\n".encode(), stop_after_errors="0"), "Write a whole number of at least 1"),
    ],
    ids=["nothing", "empty", "pdf", "columns", "number"],
)
def test_what_is_wrong_with_an_upload_stands_beside_its_field_and_nothing_is_kept(desk, client, sent, words):
    answer = client.post(url("operation_new", "test_rows"), sent)
    assert answer.status_code == 422
    shown = text(answer)
    assert words in shown
    assert 'aria-invalid="true"' in shown
    assert not Operation.objects.exists()
    assert not StoredFile.objects.exists()


def test_work_without_a_file_asks_for_what_its_kind_needs(client):
    at = url("operation_new", "points_reconciliation")
    form = text(client.get(at))
    assert "From day" in form
    assert 'type="file"' not in form
    wrong = client.post(at, {"ask_from": "2026-11-20", "ask_until": "2026-11-01"})
    assert wrong.status_code == 422
    assert "The period ends before it begins." in text(wrong)
    assert wrong.context["form"].errors.keys() == {"ask_until"}
    client.post(at, {"ask_from": "2026-11-01", "ask_until": "2026-11-20", "title": "November"})
    operation = Operation.objects.get()
    assert (operation.file, operation.parameters["from"]) == (None, "2026-11-01")
    assert "2026-11-20" in page(client, operation)


def test_a_file_too_large_is_refused_before_it_is_read(desk, client, settings):
    settings.CONSOLE_FILE_MOST_BYTES = 1_000_000
    answer = client.post(url("operation_new", "test_rows"), given(b"x" * 1_000_001))
    assert answer.status_code == 422
    assert "larger than 1 MB" in text(answer)


def test_the_dry_run_lists_mistakes_with_row_and_column_and_gives_them_as_a_file(office, client):
    operation = office.checked("101,5,", "abc,5,", "404,5,")
    shown = page(client, operation)
    assert "This is no customer id." in shown
    assert "No such customer." in shown
    assert "8016" in shown
    assert 'data-label="Column">Customer id' in shown
    assert "All of them, in the order of the rows." in shown
    table = streamed(client.get(url("operation_problems", operation.pk, "csv"))).decode("utf-8-sig")
    assert table.splitlines() == [
        f"{HEADER},Row,Column,What is wrong,Code",
        "abc,5,,2,Customer id,This is no customer id.,",
        "404,5,,3,Customer id,No such customer.,8016",
    ]
    assert Entry.objects.filter(action="operations.work.downloaded", subject=operation.number).exists()


def test_a_second_person_sees_the_exact_file_and_approves_it(office, waiting, client, client_as, second):
    own = page(client, waiting)
    assert "Somebody else has to approve what you asked for." in own
    assert "Approve…" not in own
    deciding = client_as(second)
    assert "Approve…" in page(deciding, waiting)
    dialog = text(client_as(second, htmx=True).get(url("operation_approve", waiting.pk)))
    assert waiting.file_sha256 in dialog
    assert "1,500" in dialog
    assert SECOND[0]["words"] in dialog
    assert "<html" not in dialog
    assert "Approve 2 rows" in dialog
    other = {"sha256": "0" * 64, "fingerprint": waiting.fingerprint}
    refused = deciding.post(url("operation_approve", waiting.pk), other)
    assert refused.status_code == 409
    assert "nothing was approved" in text(refused)
    seen = {"sha256": waiting.file_sha256, "fingerprint": waiting.fingerprint}
    assert deciding.post(url("operation_approve", waiting.pk), seen).status_code == 302
    assert office.now(waiting).state == "ready"
    shown = page(client, waiting)
    assert "Approved by Mira Kapoor" in shown
    assert "Run 2 rows" in shown


def test_a_second_person_reads_what_is_given(office, desk, client_as, second):
    desk.why, desk.gives = SECOND, "Sorry (4103), worth 500.00 INR"
    operation = office.checked("101,0,", "102,0,", "abc,0,")
    services.request_approval(actor=office.actor, user=office.user, operation=operation)
    told = "2 × Sorry (4103), worth 500.00 INR"
    assert told in page(client_as(second), operation)
    assert told in text(client_as(second, htmx=True).get(url("operation_approve", operation.pk)))
    # What was read is bound as well.
    Item.objects.filter(operation=operation, row=1).update(gives="Sorry (4103), worth 5.00 INR")
    chunk = operation.chunks.get(phase="check")
    assert print_of(chunk)[2] != chunk.fingerprint


def test_the_requester_cannot_approve_even_by_hand(waiting, client):
    seen = {"sha256": waiting.file_sha256, "fingerprint": waiting.fingerprint}
    assert client.post(url("operation_approve", waiting.pk), seen).status_code == 403


def test_a_rejection_needs_a_reason(office, waiting, client_as, second):
    client = client_as(second)
    empty = client.post(url("operation_reject", waiting.pk), {"reason": " "})
    assert empty.status_code == 422
    assert "Say why, the requester reads it." in text(empty)
    client.post(url("operation_reject", waiting.pk), {"reason": "The wrong month."})
    assert office.now(waiting).state == "rejected"
    assert "The wrong month." in page(client, waiting)


def test_a_press_that_comes_too_late_says_what_is_true_now(office, client):
    operation = office.checked("101,5,")
    answer = client.post(url("operation_pause", operation.pk))
    assert answer.status_code == 409
    assert "so this was not done" in text(answer)


def test_run_pause_resume_cancel(office, client):
    operation = office.checked("101,5,", "102,5,")
    client.post(url("operation_run", operation.pk))
    assert "Pause" in page(client, operation)
    client.post(url("operation_pause", operation.pk))
    assert office.now(operation).state == "paused"
    assert "Resume 2 rows" in page(client, operation)
    client.post(url("operation_resume", operation.pk))
    assert office.now(operation).state == "running"
    asked = text(client.get(url("operation_cancel", operation.pk)))
    assert "Cancel the 2 rows not yet sent" in asked
    assert "cannot be resumed" in asked
    client.post(url("operation_cancel", operation.pk))
    assert office.now(operation).state == "cancelled"


def test_outcomes_are_counted_failed_rows_downloaded_and_run_again(office, client):
    operation = office.running("101,5,", "102,5,refused", "103,5,silence", "104,5,")
    office.work()
    shown = page(client, operation)
    assert "2 done, 1 not done, 1 not known yet, 0 left" in shown
    assert "Capillary said no." in shown
    assert "809" in shown
    assert "Not known yet" in shown
    failed = streamed(client.get(url("operation_results", operation.pk, "csv"), {"only": "failed"}))
    rows = failed.decode("utf-8-sig").splitlines()
    assert rows[1].startswith("102,5,refused,2,Not done,Capillary said no.,809")
    assert len(rows) == 3
    book = streamed(client.get(url("operation_results", operation.pk, "xlsx")))
    sheet = load_workbook(io.BytesIO(book)).active
    assert [row[4] for row in sheet.iter_rows(values_only=True, min_row=2)] == [
        "Done",
        "Not done",
        "Not known yet",
        "Done",
    ]
    answer = client.post(url("operation_rerun", operation.pk))
    again = Operation.objects.latest("pk")
    assert answer["Location"] == url("operation", again.pk)
    assert operation.number in page(client, again)


def test_the_piece_that_looks_again_stops_by_itself(office, client, client_as, manager):
    operation = office.running("101,5,", "102,5,refused")
    asking = client_as(manager, htmx=True)
    at = url("operation_progress", operation.pk)
    moving = asking.get(at, {"seen": "running", "failed": "0"})
    assert moving.status_code == 200
    assert "<html" not in text(moving)
    assert 'id="log"' in text(moving)
    assert "every 2s" in text(moving)
    office.work()
    ended = asking.get(at, {"seen": "running", "failed": "0"})
    assert ended.status_code == 286
    assert ended["HX-Refresh"] == "true"
    still = asking.get(at)
    assert still.status_code == 286
    assert "every 2s" not in text(still)
    assert client.get(at)["Location"] == url("operation", operation.pk)


def test_parked_rows_are_freed_by_a_person(office, client):
    operation = office.running("101,5,")
    chunk = Chunk.objects.get(operation=operation, phase="run")
    Chunk.objects.filter(pk=chunk.pk).update(state="parked", error="RuntimeError")
    assert "Rows 1 to 1 failed again and again." in page(client, operation)
    client.post(url("operation_free", operation.pk, chunk.pk))
    assert Chunk.objects.get(pk=chunk.pk).state == "waiting"
    again = client.post(url("operation_free", operation.pk, chunk.pk))
    assert again.status_code == 409
    assert "not parked any more" in text(again)


def test_auditors_read_and_leave_a_trace_and_cannot_take_rows_with_them(office, client_as, auditor):
    operation = office.checked("101,5,", "abc,5,")
    client = client_as(auditor)
    shown = page(client, operation)
    assert "others steer it" in shown
    assert "Run 1 row" not in shown
    assert "All, CSV" not in shown
    assert Entry.objects.filter(action="operations.work.viewed", subject=operation.number).count() == 1
    for name in ("results", "problems"):
        assert client.get(url(f"operation_{name}", operation.pk, "csv")).status_code == 403
    assert client.post(url("operation_run", operation.pk)).status_code == 403


def test_another_store_s_operation_is_not_there(office, client_as, other_manager, client):
    operation = office.checked("101,5,")
    there = client_as(other_manager)
    assert there.get(url("operation", operation.pk)).status_code == 404
    assert there.post(url("operation_cancel", operation.pk)).status_code == 404
    assert client.get(url("operation_results", operation.pk, "exe")).status_code == 404
    assert client.get(url("operation_new", "nothing")).status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_samples_can_be_downloaded(desk, client, form):
    answer = client.get(url("operation_sample", "test_rows", form))
    assert answer["Content-Disposition"] == f'attachment; filename="test_rows-sample.{form}"'
    assert form != "csv" or answer.content.decode("utf-8-sig").splitlines()[0] == HEADER


def test_a_page_costs_the_same_however_many_rows(office, client):
    def cost(at):
        client.get(at)
        with CaptureQueriesContext(
            connection,
        ) as spent:
            client.get(at)
        return len(spent)

    few, many = office.running("101,5,refused"), office.running(*(f"{n},5,refused" for n in range(200, 260)))
    office.work()
    costs = [cost(url("operation", one.pk)) for one in (few, many)]
    assert costs[0] == costs[1] <= 30
    assert User.objects.exists()
    assert cost(url("list")) <= 22
