"""People as CSV: what is written can be read again; a dry run tells every error; applying is all or nothing."""

import csv
import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from apps.audit.models import Entry
from apps.core.errors import BadInput
from apps.operations.sweeps import named
from apps.staff.confirming import kinds
from apps.staff.confirming.models import ProposedChange
from apps.staff.models import Invite, Membership, Store, User
from apps.staff.people_csv import reading
from apps.staff.people_csv.changes import IMPORT, values_of
from apps.staff.people_csv.rows import PeopleFile
from apps.staff.services import give_role

pytestmark = pytest.mark.django_db

HEAD = "email,name,role,store,last_day\n"
BINA = "bina.rao@example.com,Bina Rao,Agent,012,\n"


@pytest.fixture
def desk(client_as, administrator):
    return client_as(administrator)


def uploaded(desk, text, **typed):
    data = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("people.csv", data, content_type="text/csv")
    return desk.post(reverse("staff:people_import"), {"file": file, **typed})


def dry_run(desk, text, **typed):
    answer = uploaded(desk, text, **typed)
    assert answer.status_code == 302, answer.context["form"].errors
    return desk.get(answer["Location"])


def apply(desk):
    return desk.post(reverse("staff:people_file_apply", args=[PeopleFile.objects.latest("pk").pk]))


def problems(page):
    return [(one.row, one.column, one.words) for one in page.context["plan"].problems]


def rows_in(data, form):
    """What a spreadsheet shows of the file."""
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(data)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, [cell or "" for cell in row], strict=True)) for row in rows]


def workbook(*rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_everybody_is_written_and_read_again_without_a_change(desk, agent, manager, auditor, stores, form):
    give_role(agent, "store_manager", stores.store_07, timezone.localdate() + timedelta(days=4))
    User.objects.filter(pk=agent.pk).update(name="=1+1 Verma")
    User.objects.create_user("new.comer@example.com", "New Comer")
    answer = desk.get(reverse("staff:people_export", args=[form]))
    assert f"people.{form}" in answer["Content-Disposition"]
    data = answer.getvalue()
    rows = rows_in(data, form)
    assert [row["name"] for row in rows].count("'=1+1 Verma") == 2
    assert {"auditor", "Auditor"} & {row["role"] for row in rows} == {"Auditor"}
    assert next(row for row in rows if row["role"] == "Auditor")["store"] == "all"
    assert next(row for row in rows if row["name"] == "New Comer")["state"] == "invited"
    assert Entry.objects.get(action="staff.people_exported").content["details"]["rows"] == len(rows) == 6
    page = dry_run(desk, data, change_existing="on")
    assert problems(page) == []
    assert page.context["plan"].counts == {
        "people": 0,
        "new": 0,
        "role": 0,
        "last_day": 0,
        "same": 6,
        "left": 0,
    }
    assert "Nothing would change." in page.content.decode()
    assert apply(desk).status_code == 422


def test_the_dry_run_tells_every_error_of_every_row(desk, agent, administrator, stores):
    text = HEAD + (
        "nonsense,,Pilot,999,soon\n"
        "bina.rao@example.com,Bina Rao,Agent,,2020-01-01\n"
        "cara.diaz@example.com,Cara Diaz,Auditor,012,\n"
        "cara.diaz@example.com,Cara D.,Administrator,all,\n"
        "cara.diaz@example.com,Cara Diaz,Agent,Store 12,\n"
        "dora.may@example.com,Dora May,Agent,012,\n"
        "dora.may@example.com,Dora May,agent,Store 12,\n"
        "eve.ong@example.com,Eve Ong,,,\n"
        f"{agent.email},Asha Verma,Administrator,all,\n"
        f"{administrator.email},Imran Qureshi,Auditor,all,\n"
        f"{'a' * 60}@{'b.' * 100}example.com,Long Address,Agent,012,\n"
    )
    page = dry_run(desk, text, change_existing="on")
    found = {(row, column): words for row, column, words in problems(page)}
    expected = {
        (2, "email"): "Write an e-mail address such as",
        (2, "name"): "",
        (2, "role"): "There is no role “Pilot”.",
        (2, "store"): "There is no open store “999”.",
        (2, "last_day"): "Write a day such as",
        (3, "store"): "This role needs a store.",
        (3, "last_day"): "This day has passed.",
        (4, "store"): "This role is held in all stores.",
        (5, "name"): "Row 4 has another name",
        (6, "role"): "Nobody both moves points and decides who may",
        (8, "role"): "stand in row 7",
        (9, "role"): "Somebody new needs a role.",
        (10, "role"): "Nobody both moves points and decides who may",
        (11, "email"): "This is you.",
        (11, "role"): "Nobody both audits and changes",
        (12, "email"): "at most 254 characters",
    }
    assert found.keys() == expected.keys()
    for place, words in expected.items():
        assert words in found[place]
    assert "Apply the file" not in page.content.decode()
    plan = page.context["plan"]
    assert {one.row for one in plan.steps if one.what == "wrong"} == {row for row, _column in expected}
    assert {one.typed for one in plan.problems if one.row == 2} == {"nonsense", "", "Pilot", "999", "soon"}
    assert page.content.decode().count("Wrong: see above") == len({row for row, _column in expected})
    assert apply(desk).status_code == 422
    assert User.objects.count() == 2
    assert not Membership.objects.filter(role="auditor").exists()


def test_another_name_for_somebody_who_is_here_is_told(desk, agent):
    page = dry_run(desk, HEAD + f"{agent.email},Asha Iyer,Agent,CC,\n")
    assert "Called Asha Verma here: a file changes no names." in page.content.decode()
    assert problems(page) == []


def test_a_name_that_two_stores_have_is_no_store(desk, stores):
    Store.objects.create(code="112", name="store 12")
    row = "bina.rao@example.com,Bina Rao,Agent,{},\n"
    assert problems(dry_run(desk, HEAD + row.format("Store 12"))) == [
        (2, "store", "Several stores are called “Store 12”: write the code.")
    ]
    assert problems(dry_run(desk, HEAD + row.format("112"))) == []


def test_applying_invites_the_new_and_leaves_the_others_untouched_unless_said(
    desk, agent, stores, settings, client_as
):
    settings.CONSOLE_MAIL_IS_SENT = True
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    text = HEAD + BINA + f"bina.rao@example.com,Bina Rao,Store manager,007,{until}\n"
    text += f"{agent.email},Asha Verma,Agent,012,\n{agent.email},Asha Verma,Agent,CC,{until}\n"
    page = dry_run(desk, text)
    assert page.context["plan"].counts == {
        "people": 1,
        "new": 2,
        "role": 0,
        "last_day": 0,
        "same": 0,
        "left": 2,
    }
    assert not mail.outbox
    assert apply(desk)["Location"] == reverse("staff:people")
    bina = User.objects.get(email="bina.rao@example.com")
    held = [(one.role, one.store.code, one.given_by_name) for one in bina.memberships.order_by("store__code")]
    assert held == [("store_manager", "007", "Imran Qureshi"), ("agent", "012", "Imran Qureshi")]
    assert [one.to for one in mail.outbox] == [["bina.rao@example.com"]]
    assert Invite.objects.get().person == bina
    assert Membership.objects.filter(user=agent).count() == 1
    entry = Entry.objects.get(action="staff.people_imported")
    assert entry.content["details"]["people"] == 1
    assert apply(desk).status_code == 409
    assert (
        "This file was applied."
        in desk.get(reverse("staff:people_file", args=[PeopleFile.objects.get().pk])).content.decode()
    )
    assert PeopleFile.objects.get().text == ""
    dry_run(desk, text, change_existing="on")
    apply(desk)
    now = {
        one.store.code: one.ends_on for one in Membership.objects.filter(user=agent).select_related("store")
    }
    assert now["012"] is None
    assert now["CC"].isoformat() == until
    assert User.objects.filter(email="bina.rao@example.com").count() == 1


def test_without_a_mail_server_the_links_are_shown_once(desk, stores, settings, client_as):
    settings.CONSOLE_MAIL_IS_SENT = False
    dry_run(desk, HEAD + BINA)
    page = apply(desk).content.decode()
    assert "/welcome/" in page
    assert "Links to pass on" in page


def test_what_changed_since_the_dry_run_stops_all_of_it(desk, stores, agent):
    text = HEAD + BINA + f"{agent.email},Asha Verma,Administrator,all,\n"
    Membership.objects.filter(user=agent).delete()
    assert not problems(dry_run(desk, text, change_existing="on"))
    give_role(agent, "agent", stores.store_12)
    assert apply(desk).status_code == 422
    assert not User.objects.filter(email="bina.rao@example.com").exists()


def test_a_second_person_confirms_a_file(desk, stores, settings, agent, django_assert_num_queries):
    settings.CONSOLE_SECOND_PERSON = True
    dry_run(desk, HEAD + BINA + f"{agent.email},Asha Verma,Agent,012,\n", change_existing="on")
    answer = apply(desk)
    change = ProposedChange.objects.get()
    assert answer["Location"] == reverse("staff:change", args=[change.pk])
    told = {one[0]: tuple(one[1:]) for one in change.facts}
    assert told["Bina Rao, bina.rao@example.com"][1] == "Agent, Store 12"
    assert told[f"Asha Verma, {agent.email}"][0] == "Agent, Contact Centre"
    assert not User.objects.filter(email="bina.rao@example.com").exists()
    # However many people the file tells of: each look at a change reads how things stand.
    values = values_of(PeopleFile.objects.get()) | {"emails": [one.email for one in User.objects.all()]}
    assert len(values["emails"]) == 2
    with django_assert_num_queries(3):
        kinds.named(IMPORT).snapshot(values)


def test_a_workbook_is_read_with_its_dates_and_the_numbers_of_its_rows(desk, stores, agent):
    until = timezone.localdate() + timedelta(days=30)
    data = workbook(
        ["E-mail", "Name", "Role", "Store", "Until"],
        ["bina.rao@example.com", "Bina Rao", "Agent", "012", until],
        [],
        ["cara.diaz@example.com", "=1+1", "Pilot", 12, "soon"],
    )
    page = dry_run(desk, data)
    assert [(row, column) for row, column, _words in problems(page)] == [
        (4, "name"),
        (4, "role"),
        (4, "store"),
        (4, "last_day"),
    ]
    first, second = page.context["plan"].steps
    assert (first.store, first.last_day) == (stores.store_12, until)
    # What a formula came to was never calculated here.
    assert second.name == ""


@pytest.mark.parametrize(
    "data",
    [
        ("\ufeff" + HEAD + BINA).encode(),
        (HEAD + BINA).encode("utf-16"),
        (HEAD + BINA).replace(",", ";").replace("Rao", "Räo").encode("cp1252"),
        ("sep=;\r\n" + (HEAD + BINA).replace(",", ";")).encode(),
        (HEAD + BINA).replace(",", "\t").replace("\n", "\r\n").encode(),
        b'Role;E-Mail;Name;Store code;Until;state\nAgent;\'=x@example.com;"Bina\nRao";012;;active\n',
    ],
    ids=["utf-8 with its mark", "utf-16", "cp1252", "sep", "tabs", "other headings"],
)
def test_whatever_a_spreadsheet_makes_of_it_is_read(data):
    (row,) = reading.rows_of(reading.decoded(data))
    assert row.cells["role"] == "Agent"
    assert row.cells["store"] == "012"
    assert "@example.com" in row.cells["email"]
    assert not row.cells["email"].startswith("'")
    assert row.number == (3 if data.startswith(b"sep") else 2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (b"PK\x03\x04abc", "This workbook is damaged."),
        (b"%PDF-1.7", "This is no table."),
        (workbook(["email", "name", "role"], *[["a", "b", "c"]] * 501), "more than 500 rows"),
        (workbook(["email", "name", "role"]), "no row below the headings"),
        (b"a\x00\x81b", "no text that can be read"),
        (b"name,role\nx,y\n", "These columns are missing: email."),
        (b"email,e-mail,name,role\n", "twice"),
        (b"email,name,role\n", "There is no row below the headings."),
        (b'email,name,role\n"a,b,c\n', "from row 2 on"),
        (b"email,name,role\n" + b"a,b,c\n" * 501, "more than 500 rows"),
        (b"email,name,role\na," + b"b" * 501 + b",c\n", "Row 2 has a cell"),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_is_no_table_of_people_is_told_beside_the_field(desk, data, words):
    if data:
        answer = uploaded(desk, data)
        assert answer.status_code == 422
        assert words in " ".join(answer.context["form"].errors["file"])
    with pytest.raises(BadInput, match=words):
        reading.rows_of(reading.decoded(data))


def test_nobody_sees_the_file_of_another_and_old_ones_are_forgotten(desk, client_as, stores, administrator):
    dry_run(desk, HEAD + BINA)
    file = PeopleFile.objects.get()
    assert "bina" not in file.text
    second = User.objects.create_user("nora.lind@example.com", "Nora Lind", "harbour lantern mosaic")
    give_role(second, "administrator", None)
    assert client_as(second).get(reverse("staff:people_file", args=[file.pk])).status_code == 404
    # A second person has up to 90 days (CONSOLE_SECOND_PERSON_DAYS): until then the file must be there.
    PeopleFile.objects.update(made_at=timezone.now() - timedelta(days=92))
    assert named("staff.forget_people_files").run() == 0
    PeopleFile.objects.update(made_at=timezone.now() - timedelta(days=101))
    assert named("staff.forget_people_files").run() == 1
    assert "not kept any more" in desk.get(reverse("staff:people_file", args=[file.pk])).content.decode()
    assert apply(desk).status_code == 409
