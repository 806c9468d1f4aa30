"""Checks the set-up: signs in, asks each feature by one read, and keeps what came back with who asked and when."""

import time
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.calls import Answer, Call
from apps.capillary.client import Client
from apps.capillary.config import Config
from apps.capillary.errors import CapillaryError, Rejected
from apps.capillary.resources import customers, organisation
from apps.core.context import current_reference
from apps.staff.connection import config, made_client
from apps.staff.models import User
from apps.staff.outside.facts import places
from apps.staff.outside.features import FEATURES, NOBODY, SIGN_IN, SOURCE, Feature
from apps.staff.outside.findings import OFF, ON, UNKNOWN, WRONG, Finding, Reading, counted, found, refused
from apps.staff.outside_models import ConnectionCheck

# Somebody waits for the page: no call of a check takes longer, and neither do all of them after the sign-in.
CALL_SECONDS = 8.0
KEPT = 10
VERSIONS = {"referrals_v2": "v2", "referrals_v11": "v1.1"}


def check_set_up(*, actor: Actor, user: User | None) -> ConnectionCheck:
    """Ask Capillary, by reads only, what is on for this organisation. Takes at most some 20 seconds.

    Shape:  the kept row; one finding for the sign-in, for each feature and for each source with its account
    Raises: TraceUnavailable: then nothing was sent
    """
    began = time.monotonic()
    conf = config()
    conf = replace(conf, deadline_seconds=min(CALL_SECONDS, conf.deadline_seconds))
    findings = _findings(conf, made_client(conf, actor, None, "people"))
    took_ms = round((time.monotonic() - began) * 1000)
    with transaction.atomic():
        row = ConnectionCheck.objects.create(
            by=user,
            by_name=actor.name[:120],
            reference=current_reference(),
            took_ms=took_ms,
            findings=[one.plain() for one in findings],
        )
        newest = ConnectionCheck.objects.values_list("pk", flat=True)[:KEPT]
        ConnectionCheck.objects.exclude(pk__in=list(newest)).delete()
        _record(actor, findings)
    return row


def _findings(conf: Config, client: Client) -> list[Finding]:
    signed_in = _signed_in(conf, client)
    if signed_in.state != ON:
        return [signed_in, *(_not_asked(key) for key in _keys(conf))]
    return [signed_in, *_asked(conf, client)]


def _signed_in(conf: Config, client: Client) -> Finding:
    """A token that is made for this, or with Basic the profile: a no that was understood came after the sign-in."""
    try:
        if conf.auth == "oauth":
            client.fetch_token()
        else:
            client.send(organisation.profile())
    except Rejected:
        pass
    except CapillaryError as error:
        return refused(SIGN_IN.key, Reading(), error)
    return Finding(SIGN_IN.key, ON, _("Capillary let the console in."))


def _asked(conf: Config, client: Client) -> list[Finding]:
    customer = str(settings.CAPILLARY.get("check_external_id", ""))
    calls: dict[str, Call[Any]] = {}
    for one in _features(conf):
        if (call := one.call(customer)) is not None:
            calls[one.key] = call
    for source, account in places(conf):
        calls[_source_key(source.name, account)] = customers.lookup(
            source=source.name,
            account_id=account,
            identifier_name="externalId",
            identifier_value=NOBODY,
        )
    answers = client.send_all(calls, wait_seconds=CALL_SECONDS)
    features = [_of_feature(one, answers.get(one.key)) for one in _features(conf)]
    keys = [key for key in calls if key.startswith("source:")]
    return [*features, *(found(key, SOURCE.reading, answers[key], seconds=CALL_SECONDS) for key in keys)]


def _of_feature(feature: Feature, answer: Answer[Any] | None) -> Finding:
    if answer is None:
        words = _("Only asked about a customer: name a test account of yours in CAPILLARY_CHECK_EXTERNAL_ID.")
        return Finding(feature.key, UNKNOWN, words, asked=False)
    finding = found(feature.key, feature.reading, answer, seconds=CALL_SECONDS)
    if feature.read is not None and finding.state == ON and answer.error is None:
        state, said = feature.read(answer.value)
        return replace(finding, state=state, said=str(said))
    if feature.key == "reversal" and finding.state == OFF:
        # The setting is not told here, which says nothing about reversing itself.
        words = _("Capillary does not tell this setting. A reversal that is refused with code 905 would.")
        step = _("Ask Capillary whether Allow_points_redemption_reversal is on for the organisation.")
        return replace(finding, state=UNKNOWN, said=words, step=step)
    return finding


def _features(conf: Config) -> list[Feature]:
    """All of them, but for the version of referrals this house does not use."""
    unused = {key for key, version in VERSIONS.items() if conf.referrals_dialect not in ("auto", version)}
    return [one for one in FEATURES if one.key not in unused]


def _keys(conf: Config) -> list[str]:
    return [
        *(one.key for one in _features(conf)),
        *(_source_key(source.name, account) for source, account in places(conf)),
    ]


def _source_key(name: str, account: str) -> str:
    return f"source:{name}:{account}"


def _not_asked(key: str) -> Finding:
    return Finding(key, UNKNOWN, _("Not asked: the sign-in comes first."), asked=False)


def _record(actor: Actor, findings: list[Finding]) -> None:
    """The check as a whole; each call is an entry of its own under the same reference."""
    counts = counted(findings)
    outcome = "not_done" if counts[WRONG] else "unknown" if findings[0].state == UNKNOWN else "done"
    named = {state: [one.key for one in findings if one.state == state] for state in (OFF, WRONG, UNKNOWN)}
    details = {**counts, **{f"features_{state}": keys for state, keys in named.items() if keys}}
    record("staff.connection_checked", actor=actor, outcome=outcome, subject="Capillary", details=details)
