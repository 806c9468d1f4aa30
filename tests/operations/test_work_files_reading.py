"""Files as people upload them: whatever encoding and separator, and a clear sentence for what is no table."""

import csv
import io
import string
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from apps.core.errors import BadInput
from apps.core.tables.reading import Unreadable
from apps.core.tables.workbooks import text_of
from apps.operations.models import StoredFile
from apps.operations.work.files import keep, table_of
from apps.operations.work.kinds import Column
from apps.operations.work.people import read_amount
from apps.operations.work.tables import cells_of, places_of

pytestmark = pytest.mark.django_db

ROWS = [
    ["Customer", "Points", "Words"],
    ["+919876543210", "500", "Entschuldigung, Zoë"],
    ["77", "1,5", "a\nb"],
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(rows, separator=",", encoding="utf-8", **more):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, **more).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows, change=None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def opened(content, name="rows.csv"):
    return table_of(keep([content], name=name))


def read(content, name="rows.csv"):
    table = opened(content, name)
    return [table.header, *table.rows]


def refused(content, name="rows.csv"):
    with pytest.raises(Unreadable) as caught:
        read(content, name)
    assert caught.value.message.endswith(".")
    assert caught.value.next_step.endswith(".")
    return caught.value.message


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_and_separator_is_recognised(encoding, separator):
    file = keep([as_csv(ROWS, separator, encoding)], name="anything.xlsx")
    table = table_of(file)
    assert [table.header, *table.rows] == ROWS
    file.refresh_from_db()
    assert (file.media_type, file.separator) == ("text/csv", separator)
    assert file.encoding == encoding


def test_a_workbook_is_known_by_its_bytes_whatever_it_is_called():
    rows = [["Customer", "Points"], [919876543210, 12.5], ["007", None], [True, date(2026, 11, 23)]]
    assert read(as_xlsx(rows), "rows.csv") == [
        ["Customer", "Points"],
        ["919876543210", "12.5"],
        ["007"],
        ["TRUE", "2026-11-23"],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (919876543210.0, "919876543210"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (-0.5, "-0.5"),
        (False, "FALSE"),
        (datetime.fromisoformat("2026-11-23T09:30:00"), "2026-11-23 09:30:00"),
        (time(9, 30), "09:30:00"),
        ("a\0b\ud800", "ab"),
    ],
)
def test_cells_read_as_a_person_would_type_them(value, text):
    assert text_of(value) == text


def test_the_first_sheet_people_see_is_read():
    def hide_first(book):
        book.create_sheet("Shown").append(["Customer"])
        book.worksheets[0].sheet_state = "hidden"

    assert read(as_xlsx([["Secret"]], hide_first)) == [["Customer"]]


def test_excels_own_hint_of_the_separator_is_followed():
    assert read(b"sep=;\r\nCustomer;Points, all\r\n77;5\r\n") == [["Customer", "Points, all"], ["77", "5"]]


def test_a_single_column_needs_no_separator():
    assert read(b"Customer\n77\n78") == [["Customer"], ["77"], ["78"]]


def test_empty_rows_keep_the_count_and_are_left_out_at_the_end():
    content = b"\n\nCustomer,Points,,\n77,5,,\n,,\n78,6\n\n,\n"
    assert read(content) == [["Customer", "Points"], ["77", "5"], [], ["78", "6"]]


def test_a_file_of_many_parts_reads_on_over_their_borders():
    rows = [["Customer", "Words"], *([str(number), "ü" * 60] for number in range(6000))]
    content = as_csv(rows)
    file = keep((content[at : at + 70_001] for at in range(0, len(content), 70_001)), name="long.csv")
    assert file.filepart_set.count() > 2
    table = table_of(file)
    assert list(table.rows) == rows[1:]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n\n", "The file is empty."),
        (b",,\n,,\n", "The file is empty."),
        (b"%PDF-1.7 ...", "This is a PDF, not a table."),
        (b"\x89PNG\r\n\x1a\n\0\0", "This is a picture, not a table."),
        (b"\x1f\x8b\x08\0", "This is a compressed file, not a table."),
        (b"Customer\n\x00\x01\x02", "This is a binary file, not a table."),
        (b" <!DOCTYPE html><table>", "This is a web page or XML, not a table."),
        (b'[{"customer": 77}]', "This is JSON, not a table."),
        (b"Customer\nab\x81\xff", "The letters of this file cannot be read"),
        (b"\xff\xfea\0b", "The letters of this file cannot be read"),
        (b'Customer,Points\n77,"5\n' + b"x" * 140_000, "a quotation mark may not be closed"),
        (b'Customer,Points\n77,"5\n78,6\n', "from line 2 on: a quotation mark may not be closed"),
        (b"Customer,Words\n77," + b"x" * 5_000, "Row 1 has a cell with more than 4,000 characters."),
        (b"x" * 1_100_000, "Line 1 is too long for a table."),
        (b",".join([b"a"] * 101), "The file has more than 100 columns."),
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(content, words):
    assert words in refused(content)


def test_protected_and_old_workbooks_are_told_apart():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    protected = ole + "EncryptedPackage".encode("utf-16-le")
    assert "protected by a password" in refused(protected, "rows.xlsx")
    assert "old office program" in refused(ole, "rows.xls")


def zipped(members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return content.getvalue()


BOOK = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"readme.txt": "x"}, "This is a ZIP archive, not a table."),
        ({"word/document.xml": "x"}, "This is a document, not a table."),
        ({"mimetype": "x", "content.xml": "x"}, "This is an OpenDocument file"),
        ({"xl/workbook.bin": "x"}, "This is a binary workbook"),
        (BOOK, "This workbook is damaged."),
        ({**BOOK, "xl/worksheets/sheet1.xml": "0" * 30_000_000}, "would grow to 30 MB"),
        ({**BOOK, **{f"x{one}": "" for one in range(1000)}}, "would grow to"),
        ({**BOOK, "xl/externalLinks/externalLink1.xml": "<a/>"}, "takes values from other files"),
    ],
)
def test_a_package_is_looked_at_before_it_is_opened(members, words):
    assert words in refused(zipped(members), "rows.xlsx")


def test_a_truncated_workbook_is_damaged():
    assert refused(as_xlsx(ROWS)[:-40]) == "This workbook is damaged."


def test_entities_in_a_workbook_are_never_expanded():
    evil = b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>'
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(ROWS))) as good, zipfile.ZipFile(content, "w") as bad:
        for name in good.namelist():
            data = evil if name.endswith("sheet1.xml") else good.read(name)
            bad.writestr(name, data)
    assert refused(content.getvalue()) == "This workbook is damaged."


def test_a_file_over_the_limit_is_not_kept(settings):
    settings.CONSOLE_FILE_MOST_BYTES = 1_000_000
    with pytest.raises(Unreadable, match="larger than 1 MB") as caught:
        keep([b"x" * 999_999, b"xx"], name="large.csv")
    assert caught.value.field == "file"
    assert StoredFile.objects.count() == 0


COLUMNS = (
    Column("customer", "Customer", required=True, aliases=("mobile", "e-mail")),
    Column("points", "Points", required=True),
    Column("words", "Prénom", aliases=()),
)


@pytest.mark.parametrize("heading", ["customer", "CUSTOMER ", "Mobile", "E mail", "e_mail", "Customer *"])
def test_columns_are_found_by_name_and_alias_whatever_their_spelling(heading):
    places = places_of(COLUMNS, ["Extra", "POINTS", heading, "prenom"])
    assert places == {"points": 1, "customer": 2, "words": 3}
    assert cells_of(places, ["x", " 5 "]) == {"points": "5", "customer": "", "words": ""}


def test_missing_and_doubled_columns_are_named():
    with pytest.raises(Unreadable, match="missing: Points"):
        places_of(COLUMNS, ["Customer"])
    with pytest.raises(Unreadable, match="“Mobile” is in the file twice"):
        places_of(COLUMNS, ["Customer", "Mobile", "Points"])


# Any text but what no file of text has: zeros, halves of pairs, and a mark at the very beginning.
TEXT = st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=("Cs",)), max_size=40)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(TEXT, min_size=width, max_size=width).map(lambda row: [*row[:-1], f"{row[-1]}."]),
        min_size=1,
        max_size=8,
    ).map(lambda rows: [list(string.ascii_lowercase[:width]), *rows])
)
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def tried(content):
    """The rows, or the sentence why there are none."""
    try:
        return read(content), ""
    except Unreadable as error:
        return [], error.message


@FEW
@given(TABLES, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text_comes_back_as_it_was_written(rows, separator, encoding):
    found, words = tried(as_csv(rows, separator, encoding, quoting=csv.QUOTE_ALL))
    # Mostly control characters are taken for what they look like.
    assert found == rows or "binary" in words


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300),
    st.sampled_from(
        [b"", b"a;b\n", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"]
    ),
)
def test_any_bytes_are_read_or_refused_in_words(tail, head):
    rows, words = tried(head + tail)
    assert words.endswith(".") or all(isinstance(cell, str) for row in rows for cell in row)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 999), st.integers(0, 255))
def test_a_workbook_with_a_broken_byte_is_read_or_refused_in_words(place, byte):
    with zipfile.ZipFile(io.BytesIO(as_xlsx(ROWS))) as package:
        # Without what tells the time of day, so that every run breaks the same byte.
        members = {
            zipfile.ZipInfo(name): package.read(name) for name in package.namelist() if "core" not in name
        }
    content = bytearray(zipped(members))
    content[place * len(content) // 1000] = byte
    rows, words = tried(bytes(content))
    assert words.endswith(".") or len(rows) <= len(ROWS)


def test_amounts_are_read_as_in_fields():
    assert [read_amount(one, "points") for one in ("1500", "1,500", "1,20,000", "1,200.5")] == [
        Decimal(1500),
        Decimal(1500),
        Decimal(120_000),
        Decimal("1200.5"),
    ]
    for wrong in ("1,50", "1E+03", "0", "12,5"):
        with pytest.raises(BadInput, match="such as 1500 or 1,500"):
            read_amount(wrong, "points")
