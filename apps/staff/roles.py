"""Who may do what: the one table of permissions, and the roles every house has.

Those a house makes for itself are added in `role_table`; which duties are kept apart stands in `duties`.
"""

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
    "mark_watch": _("Say what was found behind something unusual in the trail"),
    "handle_subject_requests": _("Answer people who ask for their own data, or to be forgotten"),
    "view_health": _("See the health of the console"),
    "check_connection": _("See the connection to Capillary and check its set-up"),
    "view_people": _("See people and stores"),
    "review_access": _("Review what people may do, and take it away"),
    "manage_staff": _("Invite people and give roles"),
    "manage_stores": _("Change stores"),
    "manage_limits": _("Change limits, budgets and reasons"),
    "protect_customers": _("Say which customers open only for a reason"),
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
GOVERNS = frozenset({"manage_staff", "manage_stores", "manage_limits", "protect_customers"})
# What an auditor says about the trail changes nothing outside of it, and nobody else says it.
SAYS_OF_THE_TRAIL = frozenset({"mark_watch"})
# What the law grants people about their own data. It moves nothing; who forgets somebody needs a second person.
ANSWERS_PEOPLE = frozenset({"handle_subject_requests"})
# Whoever looks through the rights of others only takes away: a manager does so in their own stores.
REVIEWS = frozenset({"review_access"})
CHANGES_SOMETHING = (
    MOVES_POINTS
    | GOVERNS
    | REVIEWS
    | {"add_notes", "verify_callers", "run_operations", "mark_referral_signals"}
)
# What shows or alters all stores at once, and what is done at a place: where a role is held has to fit.
ONLY_EVERYWHERE = GOVERNS | SAYS_OF_THE_TRAIL | ANSWERS_PEOPLE | {"view_trail", "check_connection"}
ONLY_IN_A_STORE = MOVES_POINTS | {"add_notes", "verify_callers"}
# The page of each begins at one that needs the other: alone it would allow what nobody could reach.
REACHED_BY = {
    **dict.fromkeys(
        (
            "reveal_identifiers",
            "add_notes",
            "verify_callers",
            "ask_goodwill",
            "redeem_points",
            "reverse_redemptions",
            "invite_referrals",
        ),
        "view_customers",
    ),
    "mark_referral_signals": "view_referral_signals",
    "mark_watch": "view_trail",
    "manage_staff": "view_people",
    "manage_stores": "view_people",
    "manage_limits": "view_trail",
}


@dataclass(frozen=True)
class Role:
    """A named set of permissions.

    title       its English word, as the trail keeps it; name is the same word for the screen
    everywhere  held for all stores at once
    """

    code: str
    title: str
    name: Promise | str
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
                "review_access",
            },
        ),
        Role(
            "auditor",
            "Auditor",
            _("Auditor"),
            frozenset({"view_trail", "mark_watch", "view_referral_signals"}) | ANSWERS_PEOPLE,
            everywhere=True,
        ),
        Role(
            "administrator",
            "Administrator",
            _("Administrator"),
            frozenset({"view_trail", "view_health", "view_people", "check_connection"})
            | GOVERNS
            | REVIEWS
            | ANSWERS_PEOPLE,
            everywhere=True,
        ),
    )
}
