"""Tags and filters for every page: icons, badges, fields, masked values, points, money and times."""

import re
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    PasswordInput,
    RadioSelect,
    Select,
)
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.core import formats, reader
from apps.core.badges import badge_named
from apps.core.context import current_reference
from apps.core.masking import mask

register = template.Library()

ICONS = settings.BASE_DIR / "templates/components/icons"
ICON_NAME = re.compile(r"[a-z0-9-]+")
BACKGROUND = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')
LOOKS = ("light", "dark", "auto")
DRAWING = re.compile(r"<svg[^>]*>(?P<lines>.*)</svg>", re.DOTALL)

for each in (formats.number, formats.signed, formats.points, formats.money, formats.day):
    register.filter(each.__name__, each)
register.filter("clock", formats.clock)
register.filter("clock_exact", formats.clock_exact)
register.filter("duration", formats.duration)


@cache
def icon_lines(name: str) -> SafeString:
    """The lines of one vendored icon; LookupError names the unknown one."""
    path = ICONS / f"{name}.svg"
    if not ICON_NAME.fullmatch(name) or not path.is_file():
        raise LookupError(f"There is no icon named {name!r}. Add it to console/vendor.py.")
    found = DRAWING.search(BACKGROUND.sub("", path.read_text(encoding="utf-8")))
    if found is None:
        raise LookupError(f"The icon {name!r} is not an SVG drawing.")
    return mark_safe(re.sub(r"\s+", " ", found["lines"]).strip())  # noqa: S308 a vendored file, checked by hash


@register.simple_tag
def icon(name: str, size: str = "", label: str = "", extra: str = "") -> SafeString:
    """Draw an icon inline. Decoration by default; with a label it is an image with a name.

    size   empty, s, l or xl
    extra  further classes
    """
    classes = " ".join(filter(None, ["icon", f"icon-{size}" if size else "", extra]))
    named = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        'stroke-linejoin="round" focusable="false" {}>{}</svg>',
        classes,
        named,
        icon_lines(name),
    )


@register.inclusion_tag("components/badge.html")
def badge(name: str, note: str = "", since: datetime | None = None) -> dict[str, Any]:
    """A badge with its fixed word: {% badge "waiting" since=request.created_at %}."""
    return {"badge": badge_named(name), "note": note, "since": since}


@register.inclusion_tag("components/badge.html")
def label(word: str, icon: str = "", tone: str = "", note: str = "") -> dict[str, Any]:
    """A badge with a word from outside, such as a tier: {% label "Gold" icon="star" tone="gold" %}."""
    return {"badge": {"word": word, "icon": icon, "tone": tone, "meaning": ""}, "note": note}


@register.simple_tag
def masked(kind: str, value: object) -> SafeString:
    """A masked value: {% masked "mobile" customer.mobile %}."""
    return format_html('<span class="lc-mask">{}</span>', mask(kind, value) or formats.NOTHING)


@register.simple_tag
def masked_text(kind: str, value: object) -> str:
    """The mask alone, for an attribute."""
    return mask(kind, value)


@register.simple_tag
def age(value: datetime | None, style: str = "ago") -> SafeString:
    """How long since, kept true by the page's clock: {% age panel.at %}, {% age at "old" %}."""
    return _time(value, formats.age(value, style), f"age-{style}")


@register.filter
def moment(value: datetime | None) -> SafeString:
    """``23 Nov 2026, 11:40 IST`` as a time element."""
    return _time(value, formats.moment(value))


@register.filter
def moment_exact(value: datetime | None) -> SafeString:
    """The same with seconds, where several fall into a minute."""
    return _time(value, formats.moment(value, seconds=True))


def _time(value: datetime | None, words: str, ticking: str = "") -> SafeString:
    if value is None:
        return format_html("{}", words)
    tick = format_html(' data-age="{}"', ticking.removeprefix("age-")) if ticking else ""
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        value.isoformat(timespec="seconds"),
        formats.moment(value, seconds=True),
        tick,
        words,
    )


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, optional: bool | None = None, **attrs: str) -> dict[str, Any]:
    """Draw any form field with label, help and error: {% field form.reason placeholder="…" %}.

    optional  marks the label; by default as the field says
    attrs     further attributes of the control, with _ for - (``hx_get``)
    """
    kind = _kind_of(bound)
    errors = list(bound.errors)
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if errors else []
    control: dict[str, Any] = {name.replace("_", "-"): value for name, value in attrs.items()}
    if kind in {"input", "select", "password"}:
        control["class"] = f"lc-input {bound.field.widget.attrs.get('class', '')}".strip()
    if described:
        control["aria-describedby"] = " ".join(described)
    return {
        "field": bound,
        "kind": kind,
        "control": bound.as_widget(attrs=control),
        "choices": list(bound) if kind in {"radio", "checks"} else [],
        "described": " ".join(described),
        "errors": errors,
        "optional": (not bound.field.required and kind != "check") if optional is None else optional,
    }


def _kind_of(bound: BoundField) -> str:
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    # Order matters: RadioSelect and CheckboxSelectMultiple are kinds of Select in Django's tree of widgets.
    for kind, of in (("check", CheckboxInput), ("checks", CheckboxSelectMultiple), ("radio", RadioSelect)):
        if isinstance(widget, of):
            return kind
    if isinstance(widget, PasswordInput):
        return "password"
    return "select" if isinstance(widget, Select) and not widget.allow_multiple_selected else "input"


@register.simple_tag(takes_context=True)
def look(context: Context) -> str:
    """light, dark or auto: the person's choice, or before signing in what this browser showed last."""
    chosen = context.get("theme") if context.get("account") else None
    request: HttpRequest | None = context.get("request")
    if chosen is None and request is not None:
        chosen = request.COOKIES.get("lc_theme")
    return chosen if chosen in LOOKS else "auto"


@register.simple_tag
def reference_now() -> str:
    """The reference of this click, also on pages that get no context (a failed page)."""
    return current_reference()


@register.simple_tag
def environment_now() -> str:
    """Where this runs, also on pages that get no context: sandbox, training or live."""
    return str(settings.CONSOLE_ENVIRONMENT)


@register.simple_tag
def zone_now() -> str:
    """The name of the zone in which this page shows times."""
    return reader.zone_name()


@register.simple_tag
def zone_of_console() -> str:
    """The name of the console's own zone where this page shows another, else "": for hours of business."""
    return reader.other_zone()


@register.simple_tag
def zone_of_reader() -> str:
    """The name of the zone in which this page shows times where it is not the console's own, else ""."""
    return reader.own_zone()


@register.simple_tag
def now_moment() -> SafeString:
    """The time of this page."""
    return moment(timezone.now())


@register.filter
def initials(name: str) -> str:
    """Asha Verma as AV."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()
