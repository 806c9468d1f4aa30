"""What the environment says about the connection, without its secrets."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.capillary.config import Config, Source
from apps.core.masking import DOT

SHOWN = 4


@dataclass(frozen=True)
class Fact:
    """One line: what it is, its value, and the setting it comes from."""

    label: str
    value: str
    setting: str


def facts(conf: Config) -> list[Fact]:
    """In the order an administrator asks for them."""
    return list(_facts(conf))


def sources(conf: Config) -> list[tuple[str, str]]:
    """Each source with its accounts, in the order they are tried."""
    return [(one.name, ", ".join(one.account_ids)) for one in conf.sources]


def places(conf: Config) -> list[tuple[Source, str]]:
    """Each source and account a lookup can name; an empty account where a source has none."""
    return [(one, account) for one in conf.sources for account in one.account_ids or ("",)]


def _facts(conf: Config) -> Iterator[Fact]:
    yield Fact(_("Address"), address(conf.base_url), "CAPILLARY_BASE_URL")
    if conf.auth == "oauth":
        yield Fact(_("Sign-in"), _("OAuth, one client for all stores"), "CAPILLARY_AUTH")
        yield Fact(_("Client key"), masked(conf.client_key), "CAPILLARY_CLIENT_KEY")
    else:
        yield Fact(_("Sign-in"), _("Basic; a store may have a till sign-in of its own"), "CAPILLARY_AUTH")
        yield Fact(_("User name"), masked(conf.username), "CAPILLARY_USERNAME")
    yield Fact(_("Source asked first"), conf.default_source, "CAPILLARY_DEFAULT_SOURCE")
    yield Fact(_("Version of referrals"), conf.referrals_dialect, "CAPILLARY_REFERRALS")
    yield Fact(_("Time zone there"), conf.timezone, "CAPILLARY_TIMEZONE")
    yield Fact(_("Currency"), conf.currency, "CAPILLARY_CURRENCY")
    seconds = ngettext("%(count)g second in all", "%(count)g seconds in all", int(conf.deadline_seconds))
    yield Fact(_("A call may take"), seconds % {"count": conf.deadline_seconds}, "CAPILLARY_DEADLINE_SECONDS")
    yield Fact(_("Calls a second"), str(conf.calls_per_second), "CAPILLARY_CALLS_PER_SECOND")


def address(base_url: str) -> str:
    """Where it is, without what somebody may have written before an @."""
    parts = urlsplit(base_url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def masked(text: str) -> str:
    """The end of a name, enough to tell two apart; nothing of a short one."""
    if not text:
        return _("none")
    return DOT * SHOWN + (text[-SHOWN:] if len(text) >= 3 * SHOWN else "")
