"""Both dialects' envelopes: what is the answer, what is the verdict, and where it says no behind a 200."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from apps.capillary import codes
from apps.capillary.calls import Dialect
from apps.capillary.readers import ShapeError, flag, many, one, text

Body = dict[str, Any]
API = "api"
WHOLE_FAILED = frozenset({"", "200", "201", "500"})


class ApiSaidNo(Exception):
    """A well-formed no. `entity` is the code table the number belongs to: "api", or "" for the call's own."""

    def __init__(self, code: str, message: str = "", entity: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.entity = entity


def open_envelope(dialect: Dialect, decoded: object, *, own_verdict: bool = False) -> Body:
    """The body without its envelope; raises ApiSaidNo for an overall no, ShapeError for something else.

    With `own_verdict` a body is only unwrapped: its parser calls `require_yes` or `require_yes_v2` where it must.
    """
    if not isinstance(decoded, dict):
        raise ShapeError("the reply is not an object")
    if dialect != "v11":
        return decoded if own_verdict else require_yes_v2(decoded)
    body = _unwrapped(decoded)
    return body if own_verdict else require_yes(body)


def codes_in(decoded: object) -> tuple[str, ...]:
    """Every code of the reply, overall first, for the trail: never raises."""
    if not isinstance(decoded, dict):
        return ()
    body = _unwrapped(decoded)
    found = [code_of(_status(body) or {})]
    found += [code_of(one(item.get("item_status"))) for item in _items(body)]
    found += [code_of(one(row.get("status"))) for row in _invited(body)]
    found += [
        text(row.get("code")) for key in ("errors", "error", "warnings") for row in many(decoded.get(key))
    ]
    return tuple(dict.fromkeys(code for code in found if code))


def _unwrapped(decoded: Body) -> Body:
    """`response` may be missing, or wrapped in `root` in XML."""
    inner = decoded.get("root") if set(decoded) == {"root"} else decoded
    return one(one(inner).get("response")) or one(inner)


def require_yes(body: Body, entity: str = "customer") -> Body:
    """A v1.1 body whose status (which may stand bare in it) says yes, or leaves it to a refused item.

    Raises ApiSaidNo for an overall no, ShapeError for a body without a status.
    """
    status = _status(body)
    if status is None:
        raise ShapeError("the status is missing")
    if not says_no(body):
        return body
    code = code_of(status)
    if code in WHOLE_FAILED and refusals(body, entity):
        return body  # the item says why, and is read like any other
    raise ApiSaidNo(code or "500", text(status.get("message")), API)


def has_status(body: Mapping[str, Any]) -> bool:
    """Whether a v1.1 body says anything about itself."""
    return _status(body) is not None


def says_no(body: Mapping[str, Any]) -> bool:
    """Whether a v1.1 body has a status and it says no, by its flag or by its code."""
    status = _status(body)
    if status is None:
        return False
    return flag(success_of(status)) is False or code_of(status) not in {"", "200", "201"}


def _status(body: Mapping[str, Any]) -> Body | None:
    status = body.get("status")
    if isinstance(status, dict):
        return status
    return dict(body) if "success" in body else None


def success_of(status: Mapping[str, Any]) -> object:
    """The flag of a status, under either of its names, as the outside wrote it."""
    return status["success"] if "success" in status else status.get("status")


def code_of(status: Mapping[str, Any]) -> str:
    """The number of a status, without leading zeros; "" for none."""
    code = text(status.get("code")) or text(status.get("response_code"))
    return str(int(code)) if code.isdecimal() and len(code) < 10 else code


def _items(body: Mapping[str, Any], levels: int = 3, *, outermost: bool = True) -> Iterator[Body]:
    """Every object with an item_status, three levels down at most: series.items.item is the deepest sample.

    A second whole reply inside the first (points/isredeemable) counts its own levels.
    """
    for key, value in body.items():
        for node in many(value):
            if "item_status" in node:
                yield node
            if outermost and key == "response":
                yield from _items(node, outermost=False)
            elif levels > 1:
                yield from _items(node, levels - 1, outermost=outermost)


def _invited(body: Mapping[str, Any]) -> Iterator[Body]:
    """Invited people, whose own block is called status and lies deeper than any other."""
    for entry in many(body.get("customers"), "customer"):
        for group in many(entry.get("referrals"), "referral_type"):
            yield from many(group.get("referral"))


def the_item(
    body: Mapping[str, Any], *path: str, entity: str = "customer", empty: Iterable[str] = ()
) -> Body:
    """The one item of a v1.1 answer at `path`, tried under the singular and the plural name.

    A code of `empty` means "none": an empty item comes back. Raises ApiSaidNo when the item was refused,
    ShapeError when there is none.
    """
    rows: list[Body] = []
    for names in (path, ("customers", "customer"), ("customer",)):
        node: object = dict(body)
        for name in names[:-1]:
            node = one(node).get(name)
        rows = many(node if len(names) > 1 and not isinstance(node, dict) else one(node).get(names[-1]))
        if rows:
            break
    if not rows:
        raise ShapeError(f"{'.'.join(path)} is missing")
    item = rows[0]
    state = one(item.get("item_status"))
    if not state or _fine(state, entity):
        return item
    if code_of(state) in empty:
        return {}
    raise ApiSaidNo(code_of(state), text(state.get("message")))


def item_of(node: Body, entity: str) -> Body:
    """The same item; raises ApiSaidNo when its item_status refuses it."""
    state = one(node.get("item_status"))
    if state and not _fine(state, entity):
        raise ApiSaidNo(code_of(state), text(state.get("message")))
    return node


def refusals(body: Mapping[str, Any], entity: str = "customer") -> tuple[Body, ...]:
    """Every item of the body that was refused."""
    return tuple(item for item in _items(body) if _refused(item, entity))


def _refused(item: Body, entity: str) -> bool:
    state = one(item.get("item_status"))
    return bool(code_of(state)) and not _fine(state, entity)


def _fine(state: Mapping[str, Any], entity: str) -> bool:
    """Success of an item: its flag does not say no and its code is not one of refusal."""
    if flag(success_of(state)) is False:
        return False
    return codes.kind(entity, code_of(state)) != "error"


def require_yes_v2(decoded: Body) -> Body:
    """A v2 body that says no nowhere. Raises ApiSaidNo.

    An entry of `errors` (or `error`) is a no, unless it only says that a secondary part is missing.
    """
    for entry in (*many(decoded.get("errors")), *many(decoded.get("error"))):
        code = code_of(entry)
        if code in {"", "0"} and not text(entry.get("message")):
            continue
        if code not in codes.SECONDARY or not _has_answer(decoded):
            raise ApiSaidNo(code, text(entry.get("message")))
    if (
        (status := _status(decoded))
        and flag(success_of(status)) is False
        and code_of(status) not in {"", "200"}
    ):
        raise ApiSaidNo(code_of(status), text(status.get("message")))
    return decoded


def _has_answer(decoded: Mapping[str, Any]) -> bool:
    return any(
        not_none for key in ("id", "entity", "data") if (not_none := decoded.get(key)) not in (None, "", {})
    )
