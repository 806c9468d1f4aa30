"""Single sign-on in the environment: where the provider is, who counts as whom, and what its groups give."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from environs import Env, ValidationError, validate

# Signatures that a public key checks. None at all, and those made with the shared secret, are never accepted.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
ROLES = ("agent", "store_manager", "auditor", "administrator", r"own-[\w-]+")
IN_A_STORE = frozenset({"agent", "store_manager"})
ROLE = re.compile(rf"(?P<role>{'|'.join(ROLES)})(?:@(?P<store>[^@\s]+))?")
PREFIX = "CONSOLE_OIDC_"


def read(env: Env) -> dict[str, Any]:
    """The values of single sign-on; all of it is off while CONSOLE_OIDC_ISSUER is empty."""
    name = f"{PREFIX}{{}}".format
    found = {
        "ISSUER": env.str(name("ISSUER"), "", validate=issuer),
        "CLIENT_ID": env.str(name("CLIENT_ID"), ""),
        "CLIENT_SECRET": env.str(name("CLIENT_SECRET"), ""),
        "NAME": env.str(name("NAME"), "single sign-on"),
        "SCOPES": env.str(name("SCOPES"), "openid email profile", validate=scopes),
        "ALGORITHMS": env.list(name("ALGORITHMS"), ["RS256"], subcast=str.strip, validate=algorithms),
        "TRUST_EMAIL": env.bool(name("TRUST_EMAIL"), False),
        "CREATE_PEOPLE": env.bool(name("CREATE_PEOPLE"), False),
        "GROUPS_CLAIM": env.str(name("GROUPS_CLAIM"), "groups"),
        "GROUPS": env.str(name("GROUPS"), "", validate=groups),
        "GROUPS_RULE": env.bool(name("GROUPS_RULE"), False),
        "ONLY": env.bool(name("ONLY"), False),
        "SECOND_FACTOR_AMR": env.list(name("SECOND_FACTOR_AMR"), [], subcast=str.strip),
        "SECOND_FACTOR_ACR": env.list(name("SECOND_FACTOR_ACR"), [], subcast=str.strip),
        "MAX_AGE_MINUTES": env.int(
            name("MAX_AGE_MINUTES"), 15, validate=validate.Range(0, 1440, error="must be 0 to 1440")
        ),
        "TIMEOUT_SECONDS": env.float(
            name("TIMEOUT_SECONDS"), 5.0, validate=validate.Range(0.5, 30, error="must be 0.5 to 30")
        ),
    }
    return {name(one): value for one, value in found.items()}


def settings_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same as one dictionary in small letters, the groups read."""
    values = {name.removeprefix(PREFIX).lower(): value for name, value in found.items() if PREFIX in name}
    return values | {"groups": roles_by_group(values["groups"])}


def check(found: Mapping[str, Any]) -> Iterator[str]:
    """What makes sense alone and not together."""
    on = bool(found[f"{PREFIX}ISSUER"])
    if on and not found[f"{PREFIX}CLIENT_ID"]:
        yield f"{PREFIX}ISSUER is set, so {PREFIX}CLIENT_ID is needed too."
    if on and found["CONSOLE_ENVIRONMENT"] == "live" and urlsplit(found[f"{PREFIX}ISSUER"]).scheme != "https":
        yield f"{PREFIX}ISSUER must start with https:// when CONSOLE_ENVIRONMENT is live."
    if found[f"{PREFIX}ONLY"] and not on:
        yield f"{PREFIX}ONLY would let nobody in: {PREFIX}ISSUER is empty."
    if found[f"{PREFIX}GROUPS_RULE"] and not found[f"{PREFIX}GROUPS"]:
        yield f"{PREFIX}GROUPS_RULE would end every role: {PREFIX}GROUPS is empty."


def issuer(value: str) -> str:
    """A validator: empty, or an issuer as providers write it: an address without query."""
    parts = urlsplit(value)
    if value and (
        parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValidationError("must be an address such as https://id.example.com/realms/staff")
    return value


def scopes(value: str) -> str:
    """A validator: without openid there is no identity in the answer."""
    if "openid" not in value.split():
        raise ValidationError("must have openid in it")
    return value


def algorithms(value: list[str]) -> list[str]:
    """A validator: kinds of signatures that a public key checks."""
    if not value or not set(value) <= set(ALGORITHMS):
        raise ValidationError(f"must be among: {', '.join(ALGORITHMS)}")
    return value


def groups(value: str) -> str:
    """A validator: groups, each with the role it gives, in a store where the role needs one."""
    for part in _parts(value):
        group, _sign, told = part.rpartition("=")
        read = ROLE.fullmatch(told.strip())
        if not group.strip() or read is None or not _fits(read["role"], read["store"] or ""):
            raise ValidationError(
                f"has a part that is not group=role@store, or group=role for auditor and administrator: {part!r}"
            )
    return value


def roles_by_group(value: str) -> dict[str, list[tuple[str, str]]]:
    """``shop 12=agent@012;audit=auditor`` as group → [(role, store code or empty)]; a group may give several."""
    found: dict[str, list[tuple[str, str]]] = {}
    for part in _parts(value):
        group, _sign, told = part.rpartition("=")
        role, _at, store = told.strip().partition("@")
        found.setdefault(group.strip(), []).append((role, store))
    return found


def _fits(role: str, store: str) -> bool:
    """Roles the house made are held in stores or in all of them: only the database knows."""
    return role.startswith("own-") or (role in IN_A_STORE) == bool(store)


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(";") if part.strip()]
