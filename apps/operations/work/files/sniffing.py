"""Says what a stored file is by its bytes: its name and what the browser calls it may be wrong."""

import codecs
import csv
import re
from dataclasses import dataclass
from io import StringIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables.reading import Unreadable, another_type
from apps.operations.models.files import StoredFile

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEPARATORS = ",;\t"
# Excel's own way to say how the file is separated, in a line of its own.
SEP_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
HEAD, ROWS = 60_000, 20
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
SIGNATURES = (
    (b"%PDF", gettext_lazy("a PDF")),
    (b"\x89PNG", gettext_lazy("a picture")),
    (b"\xff\xd8\xff", gettext_lazy("a picture")),
    (b"GIF8", gettext_lazy("a picture")),
    (b"\x1f\x8b", gettext_lazy("a compressed file")),
    (b"7z\xbc\xaf", gettext_lazy("a compressed file")),
    (b"Rar!", gettext_lazy("a compressed file")),
    (b"BZh", gettext_lazy("a compressed file")),
    (b"PK\x05\x06", gettext_lazy("an empty ZIP archive")),
    (b"{\\rtf", gettext_lazy("a text document")),
    (b"SQLite format 3", gettext_lazy("a database")),
    (b"PAR1", gettext_lazy("a Parquet file")),
)
MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<workbook")
# Bytes that stand for nothing in Windows-1252.
UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
CONTROLS = bytes(range(9)) + bytes(range(14, 32))


@dataclass(frozen=True, slots=True)
class Found:
    """media_type is CSV or XLSX; encoding as Python names it and separator are empty for a workbook."""

    media_type: str
    encoding: str = ""
    separator: str = ""


def recognise(file: StoredFile) -> Found:
    """What it is. Reads all of it once, one part in memory at a time.

    Raises: Unreadable that says what it is instead, and what to do
    """
    head = next(file.parts(), b"")
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise Unreadable(_("The file is empty."), next_step=_("Fill it in and upload it again."))
    if head.startswith(OLE):
        raise _of_old_office(file)
    if head.startswith(ZIP):
        return Found(XLSX)
    _check_text(head)
    encoding = _encoding(file, head)
    return Found(CSV, encoding, _separator(file, head, encoding))


def _of_old_office(file: StoredFile) -> Unreadable:
    """Excel wraps a workbook with a password in the container of its old format."""
    if any("EncryptedPackage".encode("utf-16-le") in part for part in file.parts()):
        return Unreadable(
            _("This workbook is protected by a password, so nobody can read it."),
            next_step=_("Save it without a password and upload that."),
        )
    return another_type(_("a file of an old office program (.xls, .doc)"))


def _check_text(head: bytes) -> None:
    for signature, what in SIGNATURES:
        if head.startswith(signature):
            raise another_type(what)
    plain = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if plain.startswith(MARKUP):
        raise another_type(_("a web page or XML"))
    if plain.startswith((b'{"', b'[{"', b"[\n", b"{\n")):
        raise another_type(_("JSON"))


def _encoding(file: StoredFile, head: bytes) -> str:
    """Raises Unreadable when it is no text, or a text in no encoding that is known."""
    wide = _wide(head)
    if wide:
        if not _decodes(file, wide):
            raise _damaged()
        return wide
    if head.count(b"\0") or len(head) - len(head.translate(None, CONTROLS)) > len(head) / 10:
        raise another_type(_("a binary file"))
    if _decodes(file, "utf-8"):
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    if any(UNDEFINED.search(part) or b"\0" in part for part in file.parts()):
        raise _damaged()
    return "cp1252"


def _wide(head: bytes) -> str:
    """UTF-16 by its mark, or by the zeros beside every Latin letter; "" for other texts."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise _damaged()
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = head[:400]
    low, high = start[1::2].count(0), start[::2].count(0)
    if low > len(start) / 4 and not high:
        return "utf-16-le"
    return "utf-16-be" if high > len(start) / 4 and not low else ""


def _decodes(file: StoredFile, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for part in file.parts():
            if "\0" in decoder.decode(part):
                raise another_type(_("a binary file"))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _damaged() -> Unreadable:
    return Unreadable(
        _("The letters of this file cannot be read: it is damaged, or in an encoding that is not known."),
        next_step=_("Save it as CSV UTF-8 and upload that."),
    )


def _separator(file: StoredFile, head: bytes, encoding: str) -> str:
    """The one by which most rows have as many cells as the header; a comma for a single column."""
    text = codecs.getincrementaldecoder(encoding)().decode(head[:HEAD])
    named = named_separator(text.lstrip("\ufeff").split("\n", 1)[0])
    if named:
        return named
    whole = len(head) <= HEAD and file.size <= len(head)
    return max(SEPARATORS, key=lambda one: _fit(text, one, whole))


def named_separator(line: str) -> str:
    """The separator a first line ``sep=;`` names, "" for any other line."""
    found = SEP_LINE.fullmatch(line.strip(" \r\n"))
    return found[1] if found and found[1] in SEPARATORS else ""


def _fit(text: str, separator: str, whole: bool) -> tuple[int, int]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
            if any(row):
                rows.append(row)
            if len(rows) == ROWS:
                break
    except csv.Error:
        return 0, 0
    if len(rows) < ROWS and not whole and len(rows) > 1:
        # The last one may be cut in the middle.
        rows.pop()
    columns = len(rows[0]) if rows else 0
    return (sum(len(row) == columns for row in rows), columns) if columns > 1 else (0, 0)
