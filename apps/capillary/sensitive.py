"""Which keys of the outside hold secrets, identifiers and contact data, and how such things look in text."""

import re
from functools import lru_cache

from apps.capillary.safe_keys import CODES_OF, DATE, NAMES_OF

NEVER = "never"

MOBILE_KEYS = {"mobile", "mobileno", "mobilenumber", "phone", "phoneno", "phonenumber", "msisdn", "landline"}
EMAIL_KEYS = {"email", "emailid", "emailaddress", "mail"}
CARD_KEYS = {"cardnumber", "cardno", "card", "cardexternalid", "cardnmber"}
NAME_KEYS = {"firstname", "lastname", "middlename", "fullname", "customername", "nickname", "q", "query"}
ID_KEYS = {
    *(
        "externalid",
        "wechat",
        "wechatid",
        "openid",
        "unionid",
        "line",
        "lineid",
        "fbid",
        "facebookid",
        "facebook",
    ),
    *("martjackid", "cuid", "tmalluname", "aliuname", "jduname", "vipuname", "mobilepush", "deviceid"),
    *(
        "identifiervalue",
        "idvalue",
        "entityvalue",
        "uvalue",
        "partnermembershipid",
        "referralcode",
    ),
    *("sender", "receiver", "loyaltycard"),
}
# Somebody's mobile, e-mail address, external id or customer id: requests show the owner's here, whatever they change,
# and invited people's type stands outside their rows.
CONTACT_KEYS = {"oldvalue", "newvalue", "identifier"}
PRIVATE_KEYS = {
    *(
        "dob",
        "birthday",
        "birthdate",
        "dateofbirth",
        "anniversary",
        "weddingdate",
        "spousename",
        "gstin",
        "pan",
    ),
    *("passport", "aadhaar", "latitude", "longitude", "lat", "long", "pincode", "zip", "zipcode", "postcode"),
    *("postalcode", "street", "landmark", "housenumber", "vehiclenumber", "ip", "ipaddress"),
    "miscinfo",
}
# Wherever they stand in a key: aadhaarNumber, date_of_marriage, spousePassport.
PRIVATE_PARTS = (
    *("aadhaar", "aadhar", "passport", "anniversary", "marriage", "wedding", "birth", "dob", "spouse"),
    *("address", "panno", "pannumber", "pancard", "licence", "license", "voterid", "latitude", "longitude"),
)
CONTACT_PARTS = {
    **dict.fromkeys(("mobile", "phone", "whatsapp"), "mobile"),
    **dict.fromkeys(("email",), "email"),
    **dict.fromkeys(("contact", "customernumber", "membernumber"), "contact"),
}
COUPON_WORDS = ("coupon", "discount", "voucher", "promo", "offer", "gift", "giftcard")
KINDS: dict[str, str] = {
    **dict.fromkeys(MOBILE_KEYS, "mobile"),
    **dict.fromkeys(EMAIL_KEYS, "email"),
    **dict.fromkeys(CARD_KEYS, "card"),
    **dict.fromkeys(NAME_KEYS, "name"),
    **dict.fromkeys(ID_KEYS, "external_id"),
    **dict.fromkeys(CONTACT_KEYS, "contact"),
    **dict.fromkeys(PRIVATE_KEYS, "private"),
}
SECRET_PARTS = (
    "password",
    "passwd",
    "secret",
    "authorization",
    "apikey",
    "accesskey",
    "sessionid",
    "validationcode",
)
SECRET_KEYS = {
    "otp",
    "pin",
    "cvv",
    "onetimecode",
    "mpin",
    "passcode",
    "otpcode",
    "xcapapioauthtoken",
    "signature",
}
# A mask of one of these keys is by its neighbour: {"type": "mobile", "value": "…"}.
TYPED_KEYS = {
    "value": ("type",),
    "identifiervalue": ("identifiername", "identifiertype"),
    "idvalue": ("idtype",),
    "entityvalue": ("entitytype",),
    "uvalue": ("utype",),
    "identifier": ("type", "idtype"),
}
# The company a bare "code" or "name" keeps says what it is.
COUPON_PARTS = ("series", "coupon", "voucher", "discount", "redem", "redeem", "validtill", "expiry")
OTP_SIGNS = {"entityvalue", "otp", "validationcode"}
API_SIGNS = {"message", "status", "success"}
PERSON_SIGNS = {"identifier", "invitedon", "mobile", "email", "firstname", "lastname"}
PERSONS = (
    "customer",
    "user",
    "referee",
    "referrer",
    "invitee",
    "referral",
    "recipient",
    "sender",
    "receiver",
    "member",
    "person",
)
# Fields each organisation defines for itself: any of them may hold anything about anybody.
OWN_FIELDS = {
    *("customfields", "customfield", "customdata", "customfielddata"),
    *("extendedfields", "extendedfield", "extendeddata", "extendedfielddata"),
}
# Beside one of these a "value" is such a field, and they are its name.
FIELD_NAMES = ("name", "key", "label", "fieldname", "attributename")

EMAIL_TEXT = re.compile(r"[^\s@,;:<>\"'()\[\]=&?/\\]+(?:@|%40)[^\s@,;:<>\"'()\[\]=&?/\\]+", re.IGNORECASE)
DIGITS_TEXT = re.compile(r"(?:%2B|\+)?\d(?:[ \t().\-/]{0,2}\d){6,}", re.IGNORECASE)
DATE_TEXT = re.compile(DATE)
TOKEN_TEXT = re.compile(
    r"(?:eyJ[\w\-]*\.[\w\-.]+|\b(?:Basic|Bearer)\s+[\w\-.+/=]{4,}|[\w\-+/=.]{30,})", re.IGNORECASE
)
NAMED_TEXT = re.compile(
    r"(?i)\b((?:[a-z_\-]*(?:password|passwd|secret|token|otp|validation_?code|api_?key|authorization))"
    r"[\"']?\s*(?:=|:|\bis\b)\s*)[\"']?[^\s&,;\"'}]+"
)
# Codes are read out and typed as digits: near such a word they are a code, before it as after it.
CODE_WORD = r"(?:otp|code|m?pin|pass(?:word|code)|cvv)s?"
CODE_HINT = re.compile(r"(?i)code|otp|pin|pass|cvv")
CODE_AFTER = re.compile(
    rf"(?i)(\b{CODE_WORD}\b(?:[^\d\n]{{0,24}}(?:{DATE}))?[^\d\n]{{0,24}})(?!{DATE})\d(?:[ -]?\d){{3,7}}(?!\d)"
)
CODE_BEFORE = re.compile(
    rf"(?i)(?<!\d)\d(?:[ -]?\d){{3,7}}(?=\W{{1,3}}(?:\w{{1,20}}\W{{1,3}}){{0,4}}{CODE_WORD}\b)"
)


@lru_cache(maxsize=4096)
def plain_key(key: str) -> str:
    """A key without case and punctuation: external_id, externalId and EXTERNAL_ID are one."""
    return "".join(letter for letter in key.lower() if letter.isalnum())


@lru_cache(maxsize=4096)
def kind_of(plain: str) -> str:
    """NEVER, a kind of mask, or "" for a key that names nothing private."""
    if plain in SECRET_KEYS or any(part in plain for part in SECRET_PARTS):
        return NEVER
    if plain.endswith("token") and plain != "campaigntoken":
        return NEVER
    if plain in KINDS:
        return KINDS[plain]
    if (
        any(part in plain for part in PRIVATE_PARTS)
        or plain.startswith(("pan", "address"))
        or plain.endswith("pan")
    ):
        return "private" if plain not in {"company", "panel"} else ""
    return _contact_like(plain) or _code_like(plain) or _name_like(plain)


def _contact_like(plain: str) -> str:
    """Custom fields are named by each organisation: alternate_mobile, spouse_email, secondary_contact."""
    if plain.endswith(("status", "verified", "count", "template")):
        return ""
    return next((kind for part, kind in CONTACT_PARTS.items() if part in plain), "")


def _code_like(plain: str) -> str:
    """A code is a secret, unless it is a coupon's or the key says of what place or programme it is."""
    stem = plain.removesuffix("s").removesuffix("code")
    if plain in {"coupon", "voucher"} or (stem.endswith(COUPON_WORDS) and stem != plain.removesuffix("s")):
        return "coupon"
    if not plain.endswith(("code", "codes")) or plain in {"code", "codes"} or stem.endswith(CODES_OF):
        return ""
    return NEVER


def _name_like(plain: str) -> str:
    """A name is a person's, unless the key says of what place, programme or thing it is."""
    if not plain.endswith("name") or plain == "name":
        return ""
    return "" if plain.removesuffix("name").endswith(NAMES_OF) else "name"
