"""Sources in words: what people read where the outside writes INSTORE or WECHAT wx_maple."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SOURCES: Mapping[str, str | Promise] = {
    "INSTORE": gettext_lazy("in store"),
    "ECOMMERCE": gettext_lazy("online shop"),
    "WEBSITE": gettext_lazy("website"),
    "MOBILE_APP": gettext_lazy("mobile app"),
    "WEB_ENGAGE": "WebEngage",
    "WECHAT": "WeChat",
    "FACEBOOK": "Facebook",
    "INSTAGRAM": "Instagram",
    "MARTJACK": "Martjack",
    "LINE": "LINE",
    "TMALL": "Tmall",
    "TAOBAO": "Taobao",
    "JD": "JD",
}


def source_words(source: str, account: str = "") -> str:
    """One source, or an account of it: "in store", "WeChat, account wx_maple"; an unknown one as it is spelt."""
    words = str(SOURCES.get(source.upper(), source))
    return _("%(source)s, account %(account)s") % {"source": words, "account": account} if account else words
