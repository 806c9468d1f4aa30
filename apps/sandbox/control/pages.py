"""The pages a person steers the look-alike with: plain HTML, no script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import STORES
from apps.sandbox.control import faults, goodwill, received, switches
from apps.sandbox.control.api import reset
from apps.sandbox.models import Customer, GoodwillRequest, Message

_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the control page."""
    return redirect("control")


@require_http_methods(["GET", "HEAD", "POST"])
def control(request: HttpRequest) -> HttpResponse:
    """Show switches, faults and requests; a form on the page posts back here."""
    error = ""
    if request.method == "POST":
        try:
            _act(request.POST.dict())
            return redirect("control")
        except ValueError as problem:
            error = str(problem)
    chosen = vars(switches.current())
    context = {
        "error": error,
        "switches": [
            (name, dict.fromkeys((*values, chosen[name])), chosen[name])
            for name, values in switches.ALLOWED.items()
        ],
        "kinds": faults.KINDS,
        "faults": faults.book.all(),
        "requests": received.book.rows()[-50:][::-1],
        "customers": Customer.objects.count(),
    }
    return page(request, "control.html", context, 422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """Goodwill requests: let tills ask, decide as somebody outside the console would."""
    error = ""
    if request.method == "POST":
        try:
            _act_on_goodwill(request)
            return redirect("goodwill")
        except (ValueError, Refusal) as problem:
            error = getattr(problem, "message", "") or str(problem)
    rows = GoodwillRequest.objects.select_related("customer").order_by("-id")
    pending = rows.filter(status="PENDING")
    context = {
        "error": error,
        "tills": [store.till for store in STORES],
        "count": pending.count(),
        "pending": pending[:50],
        "uncredited": rows.filter(status="APPROVED", credited_at=None)[:50],
        "decided": rows.exclude(status="PENDING").order_by("-updated_at")[:20],
    }
    return page(request, "goodwill.html", context, 422 if error else 200)


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """The last hundred messages that would have been sent."""
    return page(request, "messages.html", {"rows": Message.objects.order_by("-id")[:100]})


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """The few rules both pages share."""
    return render(request, "style.css", content_type="text/css")


def _act(form: dict[str, str]) -> None:
    values = {name: value for name, value in form.items() if name not in ("csrfmiddlewaretoken", "act")}
    act = form.get("act", "")
    if act == "switch":
        switches.choose(values)
    elif act == "fault":
        faults.book.add(values)
    elif act.startswith("remove-"):
        faults.book.remove(int(act.removeprefix("remove-")))
    elif act == "reset":
        reset()
    else:
        raise ValueError("The form asked for something unknown.")


def _act_on_goodwill(request: HttpRequest) -> None:
    form = request.POST.dict()
    verdict, _, number = str(form.get("act", "")).partition("-")
    if verdict == "make":
        goodwill.order(form)
    elif verdict in ("approve", "reject", "credit") and number.isdigit():
        goodwill.decide(request, int(number), verdict, form)
    else:
        raise ValueError("The form asked for something unknown.")


def page(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """A page under the strict policy all of them have."""
    response = render(request, template, context, status=status)
    response.headers["Content-Security-Policy"] = _POLICY
    return response
