"""What a key may be made for: each scope stands for permissions of the one table."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Scope:
    """A thing a program may do.

    group    under which heading the page offers it
    strong   what it moves or shows is worth a warning: why, in a sentence; empty for the others
    """

    code: str
    name: Promise
    permissions: frozenset[str]
    group: Promise
    strong: Promise | str = ""


CUSTOMERS, GOODWILL = _("Customers"), _("Goodwill")
POINTS, OTHER, TRAIL = _("Points"), _("Friends and long work"), _("The audit trail")
MOVES = _("It moves points without anybody pressing a button.")

SCOPES: dict[str, Scope] = {
    one.code: one
    for one in (
        Scope(
            "customers",
            _("Look up customers and read them, masked"),
            frozenset({"view_customers"}),
            CUSTOMERS,
        ),
        Scope(
            "customers_clear",
            _("Read identifiers in clear, each with a reason"),
            frozenset({"view_customers", "reveal_identifiers"}),
            CUSTOMERS,
            _("It can read mobiles, e-mail addresses and cards of every customer it may see."),
        ),
        Scope("notes", _("Add notes to a customer"), frozenset({"view_customers", "add_notes"}), CUSTOMERS),
        Scope(
            "goodwill_ask",
            _("Ask for goodwill, and follow what it asked for"),
            frozenset({"ask_goodwill"}),
            GOODWILL,
            _("Within its limit goodwill is given at once."),
        ),
        Scope(
            "goodwill_decide",
            _("Decide on goodwill of its stores"),
            frozenset({"view_customers", "approve_goodwill"}),
            GOODWILL,
            _("It decides in place of a manager."),
        ),
        Scope(
            "points_redeem",
            _("Redeem points, with a one-time code"),
            frozenset({"redeem_points"}),
            POINTS,
            MOVES,
        ),
        Scope(
            "points_reverse",
            _("Give redeemed points back"),
            frozenset({"reverse_redemptions"}),
            POINTS,
            MOVES,
        ),
        Scope(
            "reversals_decide",
            _("Decide on reversals as the second person"),
            frozenset({"view_customers", "reverse_redemptions", "approve_reversals"}),
            POINTS,
            _("It decides in place of a manager."),
        ),
        Scope("referrals", _("Invite friends for a customer"), frozenset({"invite_referrals"}), OTHER),
        Scope(
            "operations",
            _("Upload files, read and steer long work"),
            frozenset({"run_operations"}),
            OTHER,
            _("A file may hold thousands of acts. What its rows do needs the scope for that too."),
        ),
        Scope(
            "trail", _("Read the audit trail, its checkpoints and proofs"), frozenset({"view_trail"}), TRAIL
        ),
    )
}
# Reading the trail belongs to all stores and to nobody who acts: the same rule as for auditors.
READS_THE_TRAIL = frozenset({"trail"})
# What only a store manager may do: such a key acts in that role, all others as an agent.
_OF_MANAGERS = frozenset({"approve_goodwill", "approve_reversals", "run_operations"})


def permissions_of(codes: Iterable[str]) -> frozenset[str]:
    """Everything these scopes allow together; an unknown scope allows nothing."""
    return frozenset().union(*(SCOPES[code].permissions for code in codes if code in SCOPES))


def role_for(codes: Iterable[str]) -> str:
    """The role an account with these scopes holds in its stores: whose limits it shares, and no more than it needs."""
    return "store_manager" if permissions_of(codes) & _OF_MANAGERS else "agent"


def scopes_for(*permissions: str) -> list[str]:
    """Codes of the scopes that allow one of these permissions ("staff.…"), for the API's document."""
    wanted = {one.rpartition(".")[2] for one in permissions}
    return [one.code for one in SCOPES.values() if one.permissions & wanted]


def in_groups() -> list[tuple[str, list[Scope]]]:
    """The scopes as the page offers them."""
    found = groupby(SCOPES.values(), key=lambda one: one.group)
    return [(str(group), list(scopes)) for group, scopes in found]


def strong_among(codes: Iterable[str]) -> list[Scope]:
    """Those of them a person should think about twice."""
    return [SCOPES[code] for code in codes if code in SCOPES and SCOPES[code].strong]
