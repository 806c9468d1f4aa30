"""The page of a pack: plain HTML that can be printed, without script and without anything from elsewhere."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.audit.models import SubjectRequest
from apps.audit.subject_requests import archives
from apps.audit.subject_requests.rooms import Columns, Table
from apps.core.kept import day, moment

# More of them do not fit on a sheet of paper.
MOST_COLUMNS = 7
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2430; background: #fff; margin: 2rem auto; padding: 0 1rem;
  max-width: 68rem }
h1 { font-size: 1.6rem; margin: 0 0 .5rem } h2 { font-size: 1.15rem; margin: 2rem 0 .25rem }
p { margin: .25rem 0 } .muted { color: #556070 }
.wide { overflow-x: auto }
dl { display: grid; grid-template-columns: 9rem 1fr 9rem 1fr; gap: .1rem 1rem; font-size: 13px; margin: .5rem 0;
  padding-bottom: .5rem; border-bottom: 1px solid #d5dae1 }
dt { color: #556070 } dd { margin: 0; white-space: pre-line; overflow-wrap: anywhere }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .25rem } }
table { border-collapse: collapse; width: 100%; min-width: 34rem; font-size: 13px; margin-top: .5rem }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #d5dae1; padding: .35rem .6rem .35rem 0;
  overflow-wrap: anywhere }
th { white-space: nowrap; overflow-wrap: normal } td { white-space: pre-line; min-width: 5.5rem }
td:first-child { white-space: nowrap } .wide:has(tbody:empty) { display: none }
@media print { body { margin: 0; max-width: none } table { min-width: 0 }
  h2 { break-after: avoid } tr, dl { break-inside: avoid } }
"""


def head(request: SubjectRequest) -> str:
    """Everything before the first table."""
    title = _("What the console of %(organisation)s holds about you") % {
        "organisation": settings.CONSOLE_ORGANISATION
    }
    facts = [
        _("Request %(number)s, received %(day)s.")
        % {"number": request.number, "day": day(request.received_on)},
        _("Customer %(customer)s.") % {"customer": request.customer or request.mask},
        _("Made %(moment)s.") % {"moment": moment(timezone.now())},
        _(
            "The console keeps what its staff did and the proof of it. Your customer record itself is kept in "
            "the loyalty system and is not part of this file. What is shown as dots was never kept in full."
        ),
    ]
    if archived := archives.in_words():
        facts.append(archived)
    told = "\n".join(f"<p>{escape(one)}</p>" for one in facts)
    language = escape(get_language() or "en")
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body><main>\n<h1>{escape(title)}</h1>\n{told}\n"
    )


def table_head(table: Table, columns: Columns) -> str:
    """A heading, a sentence or two, and the names of the columns where they stand in a line."""
    told = [str(table.about)] if table.about else []
    if table.folded:
        told.append(
            _("What is alike stands in one line. The file for machines beside this page holds each of them.")
        )
    about = f'<p class="muted">{escape(" ".join(told))}</p>' if told else ""
    begun = f"\n<section><h2>{escape(str(table.title))}</h2>\n{about}"
    if _is_wide(columns):
        return begun
    cells = "".join(f'<th scope="col">{escape(str(label))}</th>' for _name, label in columns)
    # On a phone it is moved sideways, by keys too.
    wide = f'<div class="wide" tabindex="0" role="region" aria-label="{escape(str(table.title))}">'
    return f"{begun}{wide}<table><thead><tr>{cells}</tr></thead><tbody>"


def row(columns: Columns, cells: Sequence[str]) -> str:
    """One line; where there are many columns a list of those that say something."""
    if not _is_wide(columns):
        return "<tr>" + "".join(f"<td>{escape(one)}</td>" for one in cells) + "</tr>\n"
    told = zip(columns, cells, strict=True)
    pairs = (f"<dt>{escape(str(label))}</dt><dd>{escape(one)}</dd>" for (_name, label), one in told if one)
    return f"<dl>{''.join(pairs)}</dl>\n"


def table_foot(columns: Columns, count: int) -> str:
    """How many rows there were, so that nothing can be missed."""
    words = _("%(count)s in all.") % {"count": count} if count else _("Nothing.")
    ended = "" if _is_wide(columns) else "</tbody></table></div>"
    return f'{ended}<p class="muted">{escape(words)}</p></section>\n'


def _is_wide(columns: Columns) -> bool:
    return len(columns) > MOST_COLUMNS


def foot() -> str:
    """The end."""
    return "</main></body></html>\n"
