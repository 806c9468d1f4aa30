"""The second factor in the environment: who needs one, and how long a proof of who one is stays fresh."""

from collections.abc import Iterable
from typing import Any

from environs import Env, ValidationError, validate

# As in apps/staff/roles.py, which cannot be read before the settings; `own` stands for roles the house made itself.
ROLES = ("agent", "store_manager", "auditor", "administrator", "own")
ALL, NONE = "all", "none"


def read(env: Env) -> dict[str, Any]:
    """CONSOLE_SECOND_FACTOR_ROLES as codes of roles; where nothing is said all where customers are real, else none."""
    live = env.str("CONSOLE_ENVIRONMENT", "live") == "live"
    named = env.list(
        "CONSOLE_SECOND_FACTOR_ROLES", [ALL if live else NONE], subcast=str.strip, validate=_known
    )
    # A key without a value, as in .env.example, is no word either.
    named = [one for one in named if one] or [ALL if live else NONE]
    return {
        "CONSOLE_SECOND_FACTOR_ROLES": list(ROLES) if ALL in named else [one for one in named if one != NONE],
        "CONSOLE_PROOF_MINUTES": env.int(
            "CONSOLE_PROOF_MINUTES", 15, validate=validate.Range(1, 720, error="must be 1 to 720")
        ),
    }


def _known(named: Iterable[str]) -> None:
    wrong = [one for one in named if one and one not in (*ROLES, ALL, NONE)]
    if wrong:
        raise ValidationError(f"must name roles ({', '.join(ROLES)}), or all, or none")
