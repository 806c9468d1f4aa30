"""Looks at a workbook from outside: what its directory declares must be sane before anything is unpacked."""

from collections.abc import Sequence
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.tables.reading import Unreadable, another_type

MOST_MEMBERS = 1_000
# A sheet of the same row again and again comes to about 30; a bomb to 1,000.
MOST_RATIO, SMALL = 150, 5_000_000
MOST_TIMES = 12
# Held in memory as a whole while the sheet is read.
MOST_HELD = {"xl/sharedstrings.xml": 64_000_000, "xl/styles.xml": 8_000_000, "xl/workbook.xml": 2_000_000}
LINKS = "xl/externallinks/"


def check_package(spool: IO[bytes], size: int, most_unpacked: int | None = None) -> None:
    """Only the directory is read: a member is never longer than it says there, for that is where reading stops.

    most_unpacked  by default some times the largest upload
    Raises: Unreadable for what is no workbook, is protected, takes values from elsewhere, or would grow too large
    """
    try:
        with ZipFile(spool) as package:
            members = package.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError, UnicodeError):
        raise damaged() from None
    names = [one.filename.casefold() for one in members]
    _check_kind(names)
    if len(set(names)) != len(names):
        raise damaged()
    _check_protection(members)
    _check_sizes(members, size, most_unpacked or MOST_TIMES * settings.CONSOLE_FILE_MOST_BYTES)
    if any(name.startswith(LINKS) for name in names):
        raise Unreadable(
            _("This workbook takes values from other files, which are not here."),
            next_step=_("Copy the table into a new workbook as values and upload that."),
        )


def damaged() -> Unreadable:
    """Of a workbook whose parts make no sense."""
    return Unreadable(
        _("This workbook is damaged."),
        next_step=_("Open it in a spreadsheet program, save it as XLSX or CSV, and upload that."),
    )


def _check_kind(names: Sequence[str]) -> None:
    if "xl/workbook.bin" in names:
        raise another_type(_("a binary workbook (.xlsb)"))
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise another_type(_("a document"))
    if "mimetype" in names and "content.xml" in names:
        raise another_type(_("an OpenDocument file (.ods, .odt)"))
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise another_type(_("a ZIP archive"))


def _check_protection(members: Sequence[ZipInfo]) -> None:
    if any(one.flag_bits & 1 for one in members):
        raise Unreadable(
            _("This workbook is protected by a password, so nobody can read it."),
            next_step=_("Save it without a password and upload that."),
        )
    if any(one.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for one in members):
        raise damaged()


def _check_sizes(members: Sequence[ZipInfo], size: int, most: int) -> None:
    unpacked = sum(one.file_size for one in members)
    bomb = unpacked > SMALL and unpacked > MOST_RATIO * max(size, 1)
    large = unpacked > most
    held = any(one.file_size > MOST_HELD.get(one.filename.casefold(), unpacked) for one in members)
    if bomb or large or held or len(members) > MOST_MEMBERS:
        raise Unreadable(
            _("This workbook would grow to %(size)s MB when it is opened, so it is not.")
            % {"size": f"{unpacked / 1_000_000:,.0f}"},
            next_step=_("Save the table as CSV and upload that, in parts if it is long."),
        )
