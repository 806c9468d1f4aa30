"""What `make run` prints once everything answers: addresses, who may sign in, what to look up."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from apps.staff.demo import PASSWORD, PEOPLE

# Customer of the sandbox → the identifier shown; an empty one stands for the internal id.
WORTH_TRYING = (
    ("everything", "mobile"),
    ("goodwill", "email"),
    ("redeemed", "externalId"),
    ("cards", "cardNumber"),
    ("everything", "cardExternalId"),
    ("wechat_both", "unionId"),
    ("survivor", "martjackId"),
    ("fraud", ""),
    ("merged", "externalId"),
    ("twin_a", "name"),
)


def characters(root: Path) -> list[dict[str, Any]]:
    """The sandbox's customers worth knowing, as it describes them itself."""
    command = [sys.executable, "-m", "apps.sandbox", "characters"]
    printed = subprocess.run(  # noqa: S603  (our own command)
        command, cwd=root, capture_output=True, text=True, check=True
    )
    found: list[dict[str, Any]] = json.loads(printed.stdout)
    return found


def worth_trying(customers: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Ten things to type: value, kind and what there is to see."""
    by_key = {one["key"]: one for one in customers}
    found = []
    for key, kind in WORTH_TRYING:
        if one := by_key.get(key):
            found.append((typed(one, kind), kind or "internal id", one["see"]))
    return found


def typed(customer: dict[str, Any], kind: str) -> str:
    """What a person would type to find this customer by this kind of identifier."""
    if kind == "name":
        return str(customer["label"])
    values = {one["name"]: str(one["value"]) for one in customer["identifiers"]}
    return values.get(kind, str(customer["id"]))


def banner(web: str, sandbox: str, customers: list[dict[str, Any]]) -> str:
    """The text for the terminal; demo people and customers only where the sandbox is the outside."""
    lines = ["", f"  Loyalty Console   {web}"]
    if sandbox:
        lines += [f"  Sandbox control   {sandbox}/_control/", "", *demo(customers)]
    lines += ["", "  Logs are in var/log. Ctrl-C stops everything and keeps the data.", ""]
    return "\n".join(lines)


def demo(customers: list[dict[str, Any]]) -> list[str]:
    """Who may sign in and what to look up."""
    people = [f"    {person.email:<28} {person.name}, {person.description}" for person in PEOPLE]
    things = [f"    {value:<28} {kind:<16} {see}" for value, kind, see in worth_trying(customers)]
    return [
        f"  Sign in as (the password is {PASSWORD} for everybody)",
        *people,
        "",
        "  Worth looking up",
        *things,
    ]
