"""Who needs a second factor, and nothing else of the console before they have one."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from apps.core.errors import Refused
from apps.core.middleware import told
from apps.core.pages import go, wants_fragment
from apps.staff.middleware import write_refusal
from apps.staff.models import User
from apps.staff.oidc.standing import has_second_factor
from apps.staff.roles import ROLES
from apps.staff.sessions import held
from apps.staff.sessions.lasting import Standing, standing_of
from apps.staff.sessions.lock import is_from_lock_page

# In the setting, any role that the house made itself.
OWN = "own"


def is_needed(person: User) -> bool:
    """Whether a role of theirs is among CONSOLE_SECOND_FACTOR_ROLES."""
    wanted = settings.CONSOLE_SECOND_FACTOR_ROLES
    return bool(wanted) and any((code if code in ROLES else OWN) in wanted for code in person.role_codes)


def lacks_one(request: HttpRequest) -> bool:
    """Whether the signed-in person has to set up a factor before anything else."""
    person = request.user
    return (
        isinstance(person, User)
        and person.second_factor_since is None
        and not has_second_factor(request)
        and is_needed(person)
    )


def is_waiting_form(address: str) -> bool:
    """Whether it is the page of a form that waits until there is a factor."""
    try:
        return resolve(address).view_name == "staff:form_waiting"
    except Resolver404:
        return False


def before_factor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that somebody without the factor they need may open: where they set one up."""
    view.before_factor = True  # type: ignore[attr-defined]
    return view


class SecondFactorNeeded:
    """Leads who needs a factor and has none to the page where they set one up; what they sent waits there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        # What needs no sign-in needs no factor; a setting that names nobody costs nothing.
        if getattr(view, "before_factor", False) or not getattr(view, "login_required", True):
            return None
        if not settings.CONSOLE_SECOND_FACTOR_ROLES or not lacks_one(request):
            return None
        if request.method in ("GET", "HEAD"):
            after = "" if wants_fragment(request) else f"?{urlencode({'next': request.get_full_path()})}"
            return go(request, reverse("staff:factor_setup") + after)
        refusal = Refused(
            _("Your role needs a second factor, and you have not set one up, so nothing was done."),
            next_step=_("Set one up under Your account, then do it again."),
        )
        write_refusal(request, refusal)
        standing = standing_of(request)
        return _kept(request, standing) if standing else told(request, refusal)


def _kept(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What was sent waits, as behind the lock, and has a page that goes on with it once there is a factor."""
    if is_from_lock_page(request):
        # It was kept before, and its page was left without one.
        told = request.POST.get("lock-held", "")
        token = told if held.waits(told, standing) else ""
    else:
        token = held.hold(request, standing)
    after = f"?{urlencode({'next': reverse('staff:form_waiting', args=[token])})}" if token else ""
    return go(request, reverse("staff:factor_setup") + after)
