"""Findings become items: each once, with evidence that grows until somebody has looked."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.audit.actor import system_actor
from apps.audit.models import WatchItem
from apps.audit.services import record
from apps.audit.watch.programs import behind, named
from apps.audit.watch.rules import Finding, Rule
from apps.audit.watch.stretches import Stretch

WATCHER = system_actor("Watch")
# The newest are kept one by one, the others only counted.
KEPT = 200


def keep(rule: Rule, stretch: Stretch, finding: Finding) -> WatchItem | None:
    """Raise an item, or add to the one nobody has looked at yet.

    After somebody has looked, only what came since is judged; alone it must be beyond the limit again.
    Returns the item, None when there is nothing new.
    """
    mark = "/".join(part for part in (rule.name, stretch.key, finding.part) if part)
    for _try in range(2):
        try:
            with transaction.atomic():
                return _kept(mark, rule, stretch, finding)
        except IntegrityError:
            # Another sweeper raised it at the same moment: now it is there to grow.
            continue
    return None


def _kept(mark: str, rule: Rule, stretch: Stretch, finding: Finding) -> WatchItem | None:
    same = WatchItem.objects.select_for_update().filter(Q(mark=mark) | Q(mark__startswith=f"{mark}#"))
    last = same.order_by("-pk").first()
    if last is None:
        return _raise(WatchItem(mark=mark), rule, stretch, finding)
    if last.looked_at is None:
        return _grow(last, stretch, finding)
    later = stretch.later_than(int(last.evidence.get("last", 0)))
    fresh = next((one for one in rule.judge(later) if one.part == finding.part), None)
    if fresh is None:
        return None
    number = int(last.mark.rpartition("#")[2]) if "#" in last.mark else 1
    return _raise(WatchItem(mark=f"{mark}#{number + 1}"), rule, later, fresh)


def _raise(item: WatchItem, rule: Rule, stretch: Stretch, finding: Finding) -> WatchItem:
    who = behind(stretch.person_id)
    item.rule, item.about = rule.name, (named(stretch.name, who) if who else stretch.name)[:200]
    item.evidence = {"behind": who.person_id} if who else {}
    item.actor_id, item.store_code = stretch.person_id, stretch.store_code
    _fill(item, stretch, finding)
    item.save()
    record(
        "watch.item.raised",
        actor=WATCHER,
        subject=item.number,
        details={
            "rule": rule.name,
            "about": item.about,
            "person_id": item.actor_id,
            "evidence": item.evidence["total"],
            "counts": dict(finding.counts),
        },
    )
    return item


def _grow(item: WatchItem, stretch: Stretch, finding: Finding) -> WatchItem | None:
    if len(finding.acts) <= int(item.evidence.get("total", 0)):
        return None
    _fill(item, stretch, finding)
    item.save()
    return item


def _fill(item: WatchItem, stretch: Stretch, finding: Finding) -> None:
    ids = sorted(act.id for act in finding.acts)
    item.begins_at = min(act.at for act in finding.acts)
    item.ends_at = max(act.at for act in finding.acts)
    evidence: dict[str, Any] = {
        "entries": ids[-KEPT:],
        "total": len(ids),
        "last": stretch.last,
        "counts": dict(finding.counts),
    }
    item.evidence = {**item.evidence, **evidence}
