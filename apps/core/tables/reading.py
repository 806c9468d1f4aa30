"""Why a table cannot be read: a sentence, and what to do."""

from django.utils.translation import gettext as _

from apps.core.errors import BadInput


class Unreadable(BadInput):
    """The file cannot be read as it is; the sentence says why and what to do."""

    title = "This file cannot be read"


def another_type(what: object) -> Unreadable:
    """``This is a PDF.``"""
    return Unreadable(
        _("This is %(what)s, not a table.") % {"what": what},
        next_step=_("Save the table as CSV or XLSX and upload that."),
    )
