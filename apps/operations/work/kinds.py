"""The kinds of long work: each room registers its own in its bulk.py, which is found by its name.

register(Kind("bulk_notes", _("Notes for many customers"), "staff.run_operations", run=run, columns=…, …))
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from django.utils.functional import Promise, lazy
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.staff.models import Store, User

if TYPE_CHECKING:
    from apps.operations.models import Item, Operation

Text = str | Promise
End = Literal["done", "not_done", "unknown"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column a kind reads.

    name      as the kind's code calls it;  label  as the sample file and people do
    required  without it the file cannot be read
    aliases   other headings that mean the same; case, spaces, dashes and underscores do not matter
    choices   (value, words) people choose from, the first one at the beginning; for what a kind asks
    longest   how many characters it may have there; more than a line holds is typed into several
    """

    name: str
    label: Text
    required: bool = False
    aliases: tuple[str, ...] = ()
    example: Text = ""
    help: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()
    longest: int = 200

    def shown(self, value: Any) -> Any:
        """A value as people chose it."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is left out: the column by its name ("" for the whole row), a sentence, the outside's code."""

    column: str
    words: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read.

    values   by the kind's own names, in JSON's own types (amounts as text); encrypted in the database
    meaning  what makes two rows the same, such as (customer, points); empty: never the same as another
    number   1 is the first row of data; the engine fills it in
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    meaning: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What the dry run says of a row.

    values   replace the row's own where given (the customer id found, for one)
    meaning  replaces the row's own where given: by customer id two spellings of a number are the same row
    mask     the customer as people may see it;  store_code  whose budget it takes
    gives    what the customer gets beside points and money, the same words for the same thing: whoever approves
             reads how many rows give it
    """

    problems: tuple[Problem, ...] = ()
    customer_id: int | None = None
    mask: str = ""
    points: Decimal | None = None
    money: Decimal | None = None
    gives: str = ""
    store_code: str = ""
    values: Mapping[str, Any] | None = None
    meaning: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a row ended: done, not_done (words and code say why) or unknown.

    output    columns added to the results: {name: plain value}
    personal  the output is encrypted in the database
    """

    state: End
    words: str = ""
    code: str = ""
    act_reference: str = ""
    output: Mapping[str, Any] = field(default_factory=dict)
    personal: bool = False


def nobody_else(_user: User, _store: Store | None, _totals: Mapping[str, Any]) -> list[dict[str, str]]:
    """Work that nobody has to approve."""
    return []


def anybody_else(_user: User, _operation: "Operation") -> str:
    """Whoever may run such work may approve it for another."""
    return ""


@dataclass(frozen=True)
class Kind:
    """One kind of long work. Nothing here is called inside a transaction unless it says so.

    code         stands in addresses and rows: "bulk_goodwill"
    permission   to start and see it, and to steer it, such as "staff.run_operations"
    run          (actor, item) → Outcome: calls the service the screens use, with item.token as its form token.
                 May be called again for the same item after a crash. A ConsoleError it lets through is *not
                 done*; a NotSent or TraceUnavailable puts the row off and tries again later
    columns      of the file;  file  False for work without one
    read_row     ({name: text} of the columns found) → Row, for a file
    plan         (actor, operation) → rows, for work without a file; called again after a crash, so always the
                 same rows in the same order
    check        (actor, operation, rows) → one Checked each, by read calls in the bulk lane. None: as read
    batch        how many rows are checked at once: at most 30 s of calls
    authority    (user, store, totals) → rules that ask for a second person, [{"rule", "words"}]
    approver     (user, operation) → why this person may not approve it, "" when they may
    take         (operation): limits and budgets for the whole file, in the transaction of the approval.
                 Raises Refused when they do not suffice
    give_back    (operation, item): what a row took that did not end done, in the transaction that ends it
    anew         (item): before a row a dead worker left is begun again: its act, when it was kept and never sent, is
                 settled and lets the row's token go, so that `run` begins anew
    follow       (item) → what became of a row that is not known, from the room's own act; None: still not known
    held         (operation) → why nothing of it may run now ("Goodwill is switched off."), "" when it may
    unique       the same row twice, in this file or an earlier one, is a problem
    at_once      runs by itself after the dry run, where no second person is needed
    parameters   (parameters given) → those kept with the operation. Raises BadInput
    asks         what people fill in for all rows, in the order of the form; `parameters` reads it by their names
    outputs      (name, heading) of what `Outcome.output` adds to the results, in the order of their columns
    export       (operation) → the one file all its rows made together, in pieces; fetched when all are done.
                 A row makes it known: an empty StoredFile in `made`, named as `OP-10001.csv`, with type and SHA-256
    """

    code: str
    title: Text
    permission: str
    run: Callable[[Actor, "Item"], Outcome]
    columns: tuple[Column, ...] = ()
    file: bool = True
    read_row: Callable[[Mapping[str, str]], Row] | None = None
    plan: Callable[[Actor, "Operation"], Iterator[Row]] | None = None
    check: Callable[[Actor, "Operation", Sequence[Row]], Sequence[Checked]] | None = None
    batch: int = 25
    authority: Callable[[User, Store | None, Mapping[str, Any]], list[dict[str, str]]] = nobody_else
    approver: Callable[[User, "Operation"], str] = anybody_else
    approve_permission: str = "staff.run_operations"
    take: Callable[["Operation"], None] | None = None
    give_back: Callable[["Operation", "Item"], None] | None = None
    anew: Callable[["Item"], None] | None = None
    follow: Callable[["Item"], Outcome | None] | None = None
    held: Callable[["Operation"], str] | None = None
    unique: bool = True
    at_once: bool = False
    parameters: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    help: Text = ""
    icon: str = "stack-2"
    asks: tuple[Column, ...] = ()
    outputs: tuple[tuple[str, Text], ...] = ()
    export: Callable[["Operation"], Iterator[bytes]] | None = None

    def __post_init__(self) -> None:
        if self.file and self.read_row is None:
            raise ValueError(f"The kind {self.code!r} takes a file and does not say how a row is read.")
        if not self.file and self.plan is None:
            raise ValueError(f"The kind {self.code!r} takes no file and does not say what there is to do.")


def one_of(names: Callable[[], Iterable[str]]) -> Text:
    """The help of a column with fixed values, asked for when a page shows it: administrators change them."""
    return lazy(lambda: _("One of: %(names)s.") % {"names": ", ".join(names()) or "–"}, str)()


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind. ValueError when its code is taken by another."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"There is a kind of long work {kind.code!r} already.")
    return kind


def named(code: str) -> Kind:
    """The kind of this code; LookupError names the unknown one."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"There is no kind of long work {code!r}.") from None


def registered() -> list[Kind]:
    """All kinds, by code."""
    return [_kinds[code] for code in sorted(_kinds)]


def kinds_for(user: User) -> list[Kind]:
    """Those this person may start."""
    return [one for one in registered() if user.has_perm(one.permission)]


def autodiscover() -> None:
    """Import every room's ``bulk.py``."""
    autodiscover_modules("bulk")
