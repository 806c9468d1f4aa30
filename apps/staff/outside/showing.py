"""A kept check as the page draws it: each finding with its feature, what breaks, and what to do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.staff.outside.features import Feature, feature_of
from apps.staff.outside.findings import OFF, ON, UNKNOWN, WRONG, Finding
from apps.staff.outside_models import ConnectionCheck

LOOKS: dict[str, tuple[str | Promise, str, str]] = {
    ON: (gettext_lazy("On"), "circle-check", "ok"),
    OFF: (gettext_lazy("Off there"), "circle-x", "warn"),
    WRONG: (gettext_lazy("To correct"), "alert-circle", "bad"),
    UNKNOWN: (gettext_lazy("Not known"), "hourglass", "wait"),
}


@dataclass(frozen=True)
class Shown:
    """One row. breaks and step are empty where nothing is amiss."""

    label: str
    detail: str
    word: str
    icon: str
    tone: str
    said: str
    breaks: str
    step: str
    code: str
    request_id: str


def shown(check: ConnectionCheck) -> list[Shown]:
    """All findings; those of a feature that an older release asked for stand under their own key."""
    return [_shown(Finding(**row)) for row in check.findings]


def _shown(finding: Finding) -> Shown:
    feature = feature_of(finding.key)
    word, icon, tone = LOOKS[finding.state]
    amiss = finding.state in (OFF, WRONG)
    return Shown(
        label=str(feature.label) if feature else finding.key,
        detail=_detail(finding.key),
        word=str(word),
        icon=icon,
        tone=tone,
        said=finding.said,
        breaks=str(feature.breaks) if feature and amiss else "",
        step=_step(finding, feature),
        code=finding.code,
        request_id=finding.request_id,
    )


def _detail(key: str) -> str:
    """``WECHAT, wx_maple`` for a source."""
    _kind, _colon, rest = key.partition(":")
    return ", ".join(filter(None, rest.split(":", 1))) if rest else ""


def _step(finding: Finding, feature: Feature | None) -> str:
    if finding.step:
        return finding.step
    if finding.state in (OFF, WRONG) and feature:
        return str(feature.step)
    if finding.state == UNKNOWN and finding.asked:
        return _("Check again when Capillary answers; the entry in the audit trail has what came back.")
    return ""
