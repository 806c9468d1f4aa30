"""Long work of this room: the export of the trail."""

from django.utils.translation import gettext_lazy as _

from apps.operations import exporting
from apps.operations.work.kinds import Kind, register

register(
    Kind(
        "trail_export",
        _("Export of the audit trail"),
        "staff.view_trail",
        run=exporting.run,
        file=False,
        plan=exporting.plan,
        unique=False,
        at_once=True,
        parameters=exporting.parameters,
        asks=exporting.ASKS,
        help=_("All entries of a time as one file. That it was exported, and why, is an entry too."),
        icon="history",
        outputs=(("entries", _("Entries")), ("sha256", _("SHA-256"))),
        export=exporting.export,
    )
)
