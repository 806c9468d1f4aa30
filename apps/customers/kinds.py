"""What a customer can be known by: one row per kind of identifier, with the names both APIs use for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of identifier.

    lookup_name  how the lookup calls it, empty where the lookup does not take it
    masks_as     a kind of core.masking
    own_source   the only source it exists in, empty when any source may hold it
    record_name  how the v1.1 record calls it, empty where the record cannot be asked by it
    """

    code: str
    label: str | Promise
    lookup_name: str
    masks_as: str
    own_source: str = ""
    record_name: str = ""


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("mobile", _("Mobile"), "mobile", "mobile", record_name="mobile"),
        Kind("email", _("E-mail"), "email", "email", record_name="email"),
        Kind("card", _("Card number"), "cardnumber", "card", record_name="card_number"),
        Kind(
            "card_external_id",
            _("Card external id"),
            "cardExternalId",
            "card",
            record_name="card_external_id",
        ),
        Kind("external_id", _("External id"), "externalId", "external_id", record_name="external_id"),
        Kind("wechat", _("WeChat open id"), "wechat", "id", own_source="WECHAT"),
        Kind("union", _("WeChat union id"), "unionId", "id", own_source="WECHAT"),
        Kind("line", _("LINE id"), "line", "id", own_source="LINE"),
        Kind("martjack", _("Martjack id"), "martjackId", "id", own_source="MARTJACK"),
        Kind("facebook", _("Facebook id"), "fbId", "id", own_source="FACEBOOK"),
        Kind("id", _("Customer id"), "", "id"),
        Kind("name", _("Part of a name"), "", "name"),
    )
}

CODES = [(kind.code, kind.code) for kind in KINDS.values()]

# Answers spell types in more ways than questions do (quirks of the API).
SPELLINGS: Mapping[str, str] = {
    "mobile": "mobile",
    "email": "email",
    "externalid": "external_id",
    "cardnumber": "card",
    "card": "card",
    "cardexternalid": "card_external_id",
    "wechat": "wechat",
    "unionid": "union",
    "line": "line",
    "martjackid": "martjack",
    "fbid": "facebook",
    "facebook": "facebook",
    "id": "id",
    "userid": "id",
    "firstname": "name",
    "lastname": "name",
}


def kind_of(spelling: str) -> Kind | None:
    """The kind an answer means by this type, or None for one the console does not know."""
    code = SPELLINGS.get(spelling.replace("_", "").lower())
    return KINDS[code] if code else None


def label_of(spelling: str) -> str:
    """The words for an answer's type; an unknown one keeps its own spelling."""
    kind = kind_of(spelling)
    return str(kind.label) if kind else spelling


def mask_of(spelling: str) -> str:
    """The kind of core.masking for an answer's type; an unknown one is masked like an id."""
    kind = kind_of(spelling)
    return kind.masks_as if kind else "id"
