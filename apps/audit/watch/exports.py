"""A file of entries that is much larger than those fetched before, or very large at all."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Entry
from apps.audit.watch.acts import Act, details_of
from apps.audit.watch.rules import Counts, Finding, Rule, limit, register
from apps.audit.watch.stretches import Stretch, stretch_of
from apps.core.formats import number

FETCHED = "operations.work.downloaded"
# So many earlier ones are compared, at most; fewer than ENOUGH say nothing about what is usual.
EARLIER = 200
ENOUGH = 3
# Below this many entries nobody takes much along, whatever is usual.
SMALL = 1_000


def exports_of(batch: Sequence[Act]) -> Iterator[Stretch]:
    """Each file of entries a person fetched for the first time, with the sizes of those before it."""
    fetched = [act for act in batch if act.action == FETCHED and act.actor_id is not None]
    if not fetched:
        return
    newest = Entry.objects.filter(action=FETCHED, id__lte=fetched[-1].id).order_by("-id")
    known = [_size_of(entry) for entry in newest[: EARLIER + len(fetched)]]
    for act in fetched:
        before = [one for one in known if one["id"] < act.id]
        size = next((one["entries"] for one in known if one["id"] == act.id), 0)
        again = any((one["person"], one["subject"]) == (act.actor_id, act.subject) for one in before)
        if size and not again and act.actor_id is not None:
            facts = {act.id: {"entries": size, "usual": _usual(before, act.actor_id)}}
            yield stretch_of(act.actor_id, [act], f"{act.actor_id}/{act.subject}", facts)


def _size_of(entry: Entry) -> dict[str, Any]:
    size = details_of(entry).get("entries")
    counted = size if isinstance(size, int) and not isinstance(size, bool) else 0
    return {"id": entry.pk, "person": entry.actor_id, "subject": entry.subject, "entries": counted}


def _usual(before: Sequence[dict[str, Any]], person: int) -> int:
    """The middle of the person's own earlier sizes, of the house's where those are too few, or 0."""
    files = {(one["person"], one["subject"]): one["entries"] for one in before if one["entries"]}
    own = [size for (who, _subject), size in files.items() if who == person]
    sizes = own if len(own) >= ENOUGH else list(files.values())
    return int(median(sizes)) if len(sizes) >= ENOUGH else 0


def judge(stretch: Stretch) -> Iterator[Finding]:
    """Each file by itself."""
    for act in stretch.fresh:
        yield from much([act], stretch.facts[act.id]["entries"], stretch.facts[act.id]["usual"])


def much(acts: Sequence[Act], size: int, usual: int) -> Iterator[Finding]:
    """A finding where so many entries are very many, or many times what is usual (0 where that is not known)."""
    most, times = limit("export_most"), limit("export_times")
    unusual = bool(usual and times and size >= max(SMALL, times * usual))
    if unusual or (most and size >= most):
        yield Finding(acts, {"entries": size, "usual": usual, "limit_entries": most, "limit_times": times})


def words(name: str, counts: Counts) -> str:
    """The finding as a sentence."""
    told = (
        _now("%(name)s took %(size)s entries of the trail along; %(usual)s are usual.")
        if counts["usual"]
        else _now("%(name)s took %(size)s entries of the trail along.")
    )
    return told % {"name": name, "size": number(counts["entries"]), "usual": number(counts["usual"])}


register(
    Rule(
        "exports",
        _("Large export"),
        _(
            "A file of entries that is very large, or many times as large as those the person or the house took before."
        ),
        exports_of,
        judge,
        words,
        ("export_most", "export_times"),
    )
)
