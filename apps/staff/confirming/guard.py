"""Whether a change may be made by one person alone. Asked by the services themselves, whatever a screen does."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import Refused

_let_through: ContextVar[bool] = ContextVar("let through", default=False)
_asked_by: ContextVar[str] = ContextVar("asked by", default="")


def is_on() -> bool:
    """Whether this house has changes confirmed by a second person."""
    return bool(settings.CONSOLE_SECOND_PERSON)


def needs_second(actor: Actor) -> bool:
    """True for everybody with an account. A command at a shell has none: whoever can run it can write the database."""
    return is_on() and actor.user_id is not None


def check_second(actor: Actor) -> None:
    """At the beginning of a service that gives rights or changes a rule.

    Raises: Refused unless a second person is confirming it at this moment
    """
    if needs_second(actor) and not _let_through.get():
        raise Refused(
            _("One person alone does not change this, so nothing was changed."),
            next_step=_("Ask for it on its page: it waits there for a second person."),
        )


@contextmanager
def let_through(asked_by: str = "") -> Iterator[None]:
    """Within it services do what they are asked: a second person confirms, or what is done takes rights away only.

    asked_by  the name of whoever asked for what is confirmed
    """
    token, asked = _let_through.set(True), _asked_by.set(asked_by)
    try:
        yield
    finally:
        _let_through.reset(token)
        _asked_by.reset(asked)


def asked_by() -> str:
    """Who asked for what a second person confirms at this moment; empty for what one person does alone."""
    return _asked_by.get()


def both_named(asked: str, confirmed: str) -> str:
    """Who gave or made something, in words: both people where there were two."""
    if not asked:
        return confirmed
    return _("asked by %(asked)s, confirmed by %(confirmed)s") % {"asked": asked, "confirmed": confirmed}
