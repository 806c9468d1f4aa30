"""The fixed words of the console: one badge means one thing, with its icon, its tone and its meaning."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Badge:
    """word and meaning are translated when shown; tone is ok, warn, bad, wait, info, gold or empty."""

    word: str | Promise
    icon: str
    tone: str
    meaning: str | Promise


# Violet ("wait") means "not known yet" and nothing else.
BADGES = {
    "done": Badge(_("Done"), "circle-check", "ok", _("Acted, and proved in the ledger.")),
    "waiting": Badge(_("Waiting"), "hourglass", "warn", _("A person has to decide.")),
    "unknown": Badge(
        _("Not known yet"), "hourglass", "wait", _("Sent, no answer. Being checked. Do not repeat.")
    ),
    "refused": Badge(_("Refused"), "circle-x", "bad", _("A rule or Capillary said no. Nothing moved.")),
    "not_done": Badge(
        _("Not done"), "circle-dashed", "", _("It did not take place, or nobody was found. Nothing moved.")
    ),
    "sent_back": Badge(_("Sent back"), "arrow-back-up", "info", _("The requester has to change something.")),
    "rejected": Badge(_("Rejected"), "circle-x", "bad", _("A person said no. Nothing moved.")),
    "approved": Badge(_("Approved"), "circle-dashed", "info", _("Approved; the ledger is being read.")),
    "not_credited": Badge(
        _("Not credited"), "alert-triangle", "bad", _("Approved, and the ledger does not show it.")
    ),
    "booked": Badge(_("Booked"), "circle-check", "info", _("Capillary booked it; the ledger is being read.")),
    "not_proved": Badge(
        _("Not proved"), "alert-triangle", "bad", _("Capillary said yes, and its books do not show it.")
    ),
    "withdrawn": Badge(_("Withdrawn"), "x", "", _("Ended without effect.")),
    "failed": Badge(_("Could not be loaded"), "alert-triangle", "bad", _("This part did not load.")),
    "out_of_date": Badge(_("Out of date"), "clock", "warn", _("Acting on this is off until it loads again.")),
    "loading": Badge(_("Loading"), "circle-dashed", "", _("Still being loaded.")),
    "not_verified": Badge(_("Not verified"), "circle-dashed", "", _("The caller was not checked.")),
    "number_matched": Badge(
        _("Number matched"), "shield-check", "ok", _("The caller's number is the one on file.")
    ),
    "questions_passed": Badge(
        _("Questions passed"), "shield-check", "ok", _("The caller answered the questions.")
    ),
    "code_passed": Badge(_("Code passed"), "shield-check", "ok", _("The caller read out the code sent.")),
    "fraud_watch": Badge(_("Fraud mark: watch"), "flag", "warn", _("A person must look before points move.")),
}
ALIASES = {"not_known_yet": "unknown"}


def badge_named(name: str) -> Badge:
    """The badge of this name; LookupError names the unknown one, because the words are fixed."""
    try:
        return BADGES[ALIASES.get(name, name)]
    except KeyError:
        raise LookupError(f"There is no badge named {name!r}.") from None
