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


def open_envelope(dialect: Dialect, decoded: object) -> Body:
    """The body without its envelope; raises ApiSaidNo for an overall no, ShapeError for something else."""
    if not isinstance(decoded, dict):
        raise ShapeError("the reply is not an object")
    return _open_v11(decoded) if dialect == "v11" else _open_v2(decoded)


def codes_in(decoded: object) -> tuple[str, ...]:
    """Every code of the reply, overall first, for the trail: never raises."""
    if not isinstance(decoded, dict):
        return ()
    body = one(decoded.get("response")) or decoded
    found = [_code(_status(body) or {})]
    found += [_code(one(item.get("item_status"))) for item in _items(body)]
    found += [
        text(row.get("code")) for key in ("errors", "error", "warnings") for row in many(decoded.get(key))
    ]
    return tuple(dict.fromkeys(code for code in found if code))


def _open_v11(decoded: Body) -> Body:
    """`response` may be missing, or wrapped in `root` in XML; the status may stand bare in it."""
    inner = decoded.get("root") if set(decoded) == {"root"} else decoded
    body = one(one(inner).get("response")) or one(inner)
    status = _status(body)
    if status is None:
        raise ShapeError("the status is missing")
    code = _code(status)
    if flag(_success(status)) is not False and code in {"", "200", "201"}:
        return body
    if code in WHOLE_FAILED and any(map(_refused, _items(body))):
        return body  # the item says why, and is read like any other
    raise ApiSaidNo(code or "500", text(status.get("message")), API)


def _status(body: Mapping[str, Any]) -> Body | None:
    status = body.get("status")
    if isinstance(status, dict):
        return status
    return dict(body) if "success" in body else None


def _success(status: Mapping[str, Any]) -> object:
    return status["success"] if "success" in status else status.get("status")


def _code(status: Mapping[str, Any]) -> str:
    code = text(status.get("code")) or text(status.get("response_code"))
    return str(int(code)) if code.isdecimal() and len(code) < 10 else code


def _items(body: Mapping[str, Any]) -> Iterator[Body]:
    """Every object with an item_status, two levels down at most: that is where all samples have them."""
    for value in body.values():
        for node in many(value):
            if "item_status" in node:
                yield node
            for inner in node.values():
                yield from (row for row in many(inner) if "item_status" in row)


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
    if _code(state) in empty:
        return {}
    raise ApiSaidNo(_code(state), text(state.get("message")))


def _refused(item: Body) -> bool:
    state = one(item.get("item_status"))
    return bool(_code(state)) and not _fine(state, "customer")


def _fine(state: Mapping[str, Any], entity: str) -> bool:
    """Success of an item: its flag does not say no and its code is not one of refusal."""
    if flag(_success(state)) is False:
        return False
    return codes.kind(entity, _code(state)) != "error"


def _open_v2(decoded: Body) -> Body:
    """An entry of `errors` (or `error`) is a no, unless it only says that a secondary part is missing."""
    for entry in (*many(decoded.get("errors")), *many(decoded.get("error"))):
        code = _code(entry)
        if code in {"", "0"} and not text(entry.get("message")):
            continue
        if code not in codes.SECONDARY or not _has_answer(decoded):
            raise ApiSaidNo(code, text(entry.get("message")))
    if (status := _status(decoded)) and flag(_success(status)) is False and _code(status) not in {"", "200"}:
        raise ApiSaidNo(_code(status), text(status.get("message")))
    return decoded


def _has_answer(decoded: Mapping[str, Any]) -> bool:
    return any(
        not_none for key in ("id", "entity", "data") if (not_none := decoded.get(key)) not in (None, "", {})
    )
