"""Why somebody was not let in by single sign-on: a sentence, what to do, and a code for whoever helps them."""

from django.utils.translation import gettext as _

from apps.core.errors import ConsoleError, Unavailable
from apps.staff.oidc.config import provider_name


class NotLetIn(ConsoleError):
    """The provider, or what it said, does not let somebody in. `code` names the check that failed."""

    http_status = 403
    title = "You are not signed in"


class ProviderIll(Unavailable):
    """The provider does not answer, or not as a provider does."""

    title = "You are not signed in"


def not_trusted(code: str) -> NotLetIn:
    """What came back does not stand up to a check: nobody can mend that at the sign-in page."""
    return NotLetIn(
        _("What %(provider)s sent could not be trusted, so you are not signed in.")
        % {"provider": provider_name()},
        next_step=_("Try once more. If it stays so, tell your administrator the code."),
        code=code,
    )


def no_answer(code: str) -> ProviderIll:
    """The provider is away, or answers nonsense."""
    return ProviderIll(
        _("%(provider)s does not answer as it should at the moment.") % {"provider": provider_name()},
        next_step=_("Try again in a minute. If it stays so, tell your administrator the code."),
        code=code,
    )


def too_long_ago() -> NotLetIn:
    """The provider was not asked, or did not ask, whether it is still the person."""
    return NotLetIn(
        _("It is too long ago that you showed %(provider)s who you are.") % {"provider": provider_name()},
        next_step=_("Sign out there, or wait until it asks you again, then begin again."),
        code="sso-age",
    )


def lost_thread() -> NotLetIn:
    """The way back fits no way out: too late, used already, or begun in another browser."""
    return NotLetIn(
        _("This sign-in was begun too long ago, in another browser, or has been used already."),
        next_step=_("Begin again."),
        code="sso-state",
    )
