"""Giving points of many redemptions back: a row each, by the service the screens use."""

from django.utils.translation import gettext_lazy as _

from apps.operations.work.comparing import ASKS, OUTPUTS, period
from apps.operations.work.kinds import Column, Kind, register
from apps.operations.work.people import WHO
from apps.points import bulk_checking, bulk_running, reconciling
from apps.points.models.reversals import APPROVE

REVERSALS = register(
    Kind(
        "bulk_reversals",
        _("Reversal of many redemptions"),
        "staff.run_operations",
        run=bulk_running.run,
        columns=(
            Column(
                "redemption", _("Redemption id"), required=True, aliases=("redemption",), example="48151623"
            ),
            *WHO,
            Column("points", _("Points"), aliases=("amount",), help=_("Empty for all that remain.")),
            Column("reason", _("Reason"), required=True, aliases=("why",), example=_("Billed twice.")),
        ),
        read_row=bulk_checking.read_row,
        check=bulk_checking.check,
        authority=bulk_checking.authority,
        approve_permission=APPROVE,
        anew=bulk_running.anew,
        follow=bulk_running.follow,
        held=bulk_running.held,
        help=_("Points of each redemption go back, all of them or a part."),
        icon="arrow-back-up",
        outputs=(("number", _("Reversal")), ("given", _("Points given back"))),
    )
)
RECONCILE = register(
    Kind(
        "points_reconciliation",
        _("Redemptions of a period compared with Capillary"),
        "staff.run_operations",
        run=reconciling.run,
        file=False,
        plan=reconciling.plan,
        unique=False,
        at_once=True,
        parameters=period,
        asks=ASKS,
        help=_(
            "A row for each customer: what agrees, is missing here or there, or differs. Nothing is changed."
        ),
        icon="list-check",
        outputs=OUTPUTS,
    )
)
