"""Who may do what: the one table of permissions and roles."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

APP = "staff"

PERMISSIONS: dict[str, Promise] = {
    "view_customers": _("Look up customers and see them, masked"),
    "reveal_identifiers": _("Reveal one masked field, with a reason"),
    "add_notes": _("Add notes to a customer"),
    "verify_callers": _("Verify who is calling"),
    "ask_goodwill": _("Ask for goodwill"),
    "approve_goodwill": _("Decide on goodwill"),
    "redeem_points": _("Redeem points for a customer"),
    "reverse_redemptions": _("Reverse redemptions"),
    "approve_reversals": _("Decide on reversals as the second person"),
    "invite_referrals": _("Invite friends for a customer"),
    "view_referral_signals": _("See what is unusual about invitations"),
    "mark_referral_signals": _("Mark what is unusual about invitations as looked at"),
    "run_operations": _("Start and steer long work"),
    "view_trail": _("Read the audit trail"),
    "view_health": _("See the health of the console"),
    "view_people": _("See people and stores"),
    "manage_staff": _("Invite people and give roles"),
    "manage_stores": _("Change stores"),
    "manage_limits": _("Change limits, budgets and reasons"),
}

# What moves points, what alters who may, and what changes anything at all: the rules below lean on these.
MOVES_POINTS = frozenset(
    {
        "ask_goodwill",
        "approve_goodwill",
        "redeem_points",
        "reverse_redemptions",
        "approve_reversals",
        "invite_referrals",
    }
)
GOVERNS = frozenset({"manage_staff", "manage_stores", "manage_limits"})
CHANGES_SOMETHING = (
    MOVES_POINTS | GOVERNS | {"add_notes", "verify_callers", "run_operations", "mark_referral_signals"}
)


@dataclass(frozen=True)
class Role:
    """A named set of permissions.

    title       its English word, as the trail keeps it; name is the same word for the screen
    everywhere  held for all stores at once
    """

    code: str
    title: str
    name: Promise
    permissions: frozenset[str]
    everywhere: bool = False


_AT_THE_COUNTER = frozenset(
    {
        "view_customers",
        "reveal_identifiers",
        "add_notes",
        "verify_callers",
        "ask_goodwill",
        "redeem_points",
        "reverse_redemptions",
        "invite_referrals",
    }
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role("agent", "Agent", _("Agent"), _AT_THE_COUNTER),
        Role(
            "store_manager",
            "Store manager",
            _("Store manager"),
            _AT_THE_COUNTER
            | {
                "approve_goodwill",
                "approve_reversals",
                "view_referral_signals",
                "mark_referral_signals",
                "run_operations",
            },
        ),
        Role(
            "auditor",
            "Auditor",
            _("Auditor"),
            frozenset({"view_trail", "view_referral_signals"}),
            everywhere=True,
        ),
        Role(
            "administrator",
            "Administrator",
            _("Administrator"),
            frozenset({"view_trail", "view_health", "view_people"}) | GOVERNS,
            everywhere=True,
        ),
    )
}


def permissions_of(codes: Iterable[str]) -> frozenset[str]:
    """Everything these roles allow together; an unknown role allows nothing."""
    return frozenset().union(*(ROLES[code].permissions for code in codes if code in ROLES))


def in_conflict(codes: Iterable[str]) -> bool:
    """True when one person would both move points and govern who may, or audit what they change."""
    held = set(codes)
    allowed = permissions_of(held)
    return bool(allowed & MOVES_POINTS and allowed & GOVERNS) or ("auditor" in held and len(held) > 1)
