"""Answers to invitations, read row by row, and to the check of a code."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.capillary import codes
from apps.capillary.envelopes import (
    API,
    WHOLE_FAILED,
    ApiSaidNo,
    code_of,
    has_status,
    require_yes_v2,
    says_no,
)
from apps.capillary.parsers.invited_rows import State, is_no, row_for, state_of
from apps.capillary.readers import ShapeError, flag, integer, many, one, text
from apps.capillary.types_referrals import CodeCheck, Invitation, Invited, InvitedRow

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One row of an answer: what it says of whom. `state` is None where it says nothing."""

    identifier: str
    number: str
    channel: str
    state: State | None


def parse_invited_v11(body: dict[str, Any], *, asked: Sequence[Invitation]) -> Invited:
    """`customers.customer[].referrals.referral_type[].referral[]`, each row with a block named `status`.

    The blocks of the whole and of the customer count only where no row speaks for itself. Raises ApiSaidNo for
    a no to everything, ShapeError where no row is understood or rows and whole contradict each other.
    """
    if not has_status(body):
        raise ShapeError("the status is missing")
    whole_no, code = says_no(body), _code_of_whole(body)
    if whole_no and code not in WHOLE_FAILED:
        known = codes.find(API, code)
        raise ApiSaidNo(code, _message(body), API if known is None or known.entity == API else "")
    entries = many(body.get("customers"), "customer") or many(body.get("customer"))
    refused = [state for entry in entries if is_no(state := state_of(entry.get("item_status")))]
    told = [row for entry in entries for row in _told_v11(entry)]
    if not any(row.state for row in told):
        if refused and len(refused) == len(entries):
            raise ApiSaidNo(refused[0].code, refused[0].message)
        if whole_no:
            raise ApiSaidNo("500", entity=API)
    rows = _rows(asked, told, _leftover(asked, told, refused))
    invited = {row.verdict for row in rows} == {"invited"}
    some_invited = any(row.verdict == "invited" for row in rows)
    if (invited and (whole_no or refused)) or (some_invited and whole_no and code == "500"):
        raise ShapeError("the reply says yes and no")
    return _invited(rows, next((text(entry.get("id")) for entry in entries), ""), body)


def parse_invited_v2(body: dict[str, Any], *, asked: Sequence[Invitation]) -> Invited:
    """`customerReferrals[].referrals[].referral[]` repeats rows of the question, without a verdict.

    As documented nothing else is there, and rows that were refused may be repeated like the others: they are
    unknown, all of them. Where `errors` stands beside them, empty or with an entry for each row that is left
    out, the rows that are there were taken. Raises ApiSaidNo for errors and no rows, ShapeError for anything else.
    """
    entries = many(body.get("customerReferrals"))
    told = [row for entry in entries for row in _told_v2(entry, yes="errors" in body)]
    errors = [state for entry in many(body.get("errors")) if (state := state_of(entry))]
    if not told:
        require_yes_v2(body)
    missing = [one for one in asked if not _of(one, told, asked)]
    repeated = [one for one in asked if one not in missing]
    if errors and (
        len(errors) != len(missing) or any(_names(error, one) for error in errors for one in repeated)
    ):
        raise ShapeError("the reply says yes and no")
    told += [
        Told(one.identifier, "", one.channel, state) for one in missing if (state := _about(one, errors))
    ]
    customer = next((text(one(entry.get("customer")).get("id")) for entry in entries), "")
    rows = _rows(asked, told, {})
    return Invited(rows, customer, raw=body) if not missing else _invited(rows, customer, body)


def parse_check(body: Body) -> CodeCheck:
    """`{valid, referrer}`: without a yes or a no nothing is known. A referrer of 0 or less is none."""
    valid = flag(body.get("valid"))
    if valid is None:
        raise ShapeError("valid is missing")
    number = integer(body.get("referrer")) or 0
    return CodeCheck(valid, str(number) if number > 0 else "", raw=body)


def _told_v11(entry: Body) -> Iterator[Told]:
    """Rows of one customer; a row that says nothing shares a refusal of its customer."""
    whole = state_of(entry.get("item_status"))
    for group in many(entry.get("referrals"), "referral_type"):
        for row in many(group.get("referral")):
            own = state_of(row.get("status")) or state_of(row.get("item_status"))
            yield _told(row, group, own or (whole if is_no(whole) else None))


def _told_v2(entry: Body, *, yes: bool) -> Iterator[Told]:
    """Rows of one customer, with what stands in them; else the answer as a whole says `yes` of them or nothing."""
    for group in many(entry.get("referrals")):
        for row in many(group.get("referral")):
            state = next(map(state_of, many(row.get("errors"))), None) or state_of(row.get("status"))
            denied = flag(row.get("status")) is False
            yield _told(row, group, state or State("", yes and not denied, "", repeated=True))


def _told(row: Body, group: Body, state: State | None) -> Told:
    channel = "EMAIL" if text(group.get("type")).upper() == "EMAIL" else "MOBILE"
    return Told(text(row.get("identifier")), text(row.get("id")), channel, state)


def _about(asked: Invitation, errors: Sequence[State]) -> State | None:
    """The one error that names this person, without the number; or the error they all are."""
    naming = [state for state in errors if _names(state, asked)]
    if len(naming) == 1:
        found = naming[0]
        said = re.sub(re.escape(asked.identifier), "", found.message, flags=re.IGNORECASE).strip(" :,;-")
        return State(found.code, found.yes, said)
    same = {state.code for state in errors}
    return errors[0] if len(same) == 1 and not naming else None


def _names(error: State, asked: Invitation) -> bool:
    return asked.identifier.casefold() in error.message.casefold()


def _leftover(
    asked: Sequence[Invitation], told: Sequence[Told], refused: Sequence[State]
) -> dict[str, State]:
    """The refusal of a customer answered without rows, by the one channel whose rows are missing."""
    missing = {one.channel for one in asked} - {row.channel for row in told}
    return {missing.pop(): refused[0]} if len(missing) == 1 and len(refused) == 1 else {}


def _rows(
    asked: Sequence[Invitation], told: Sequence[Told], leftover: Mapping[str, State]
) -> tuple[InvitedRow, ...]:
    """One row for each that was asked for; what answers disagree on, or two people could be, is unknown."""
    rows = []
    for index, person in enumerate(asked):
        found = _of(person, told, asked)
        states = {row.state for row in found}
        state = states.pop() if len(states) == 1 else None
        rows.append(row_for(index, state if found else leftover.get(person.channel)))
    return tuple(rows)


def _of(person: Invitation, told: Sequence[Told], asked: Sequence[Invitation]) -> list[Told]:
    """The rows that tell of this person: those that name them exactly, or else those that nobody else could be."""
    name = person.identifier.casefold()
    if exact := [row for row in told if row.identifier.casefold() == name]:
        return exact
    places = {one: place for place, one in enumerate(asked, start=1)}
    own = places.pop(person)
    found = [row for row in told if _is(row, person, own)]
    return [row for row in found if not any(_is(row, *other) for other in places.items())]


def _is(row: Told, asked: Invitation, number: int) -> bool:
    """By identifier; a country code may be left out or added. Without one, by the number the row was sent with."""
    if not row.identifier:
        return row.number == str(number)
    if asked.channel == "EMAIL":
        return row.identifier.casefold() == asked.identifier.casefold()
    digits = "".join(filter(str.isdecimal, row.identifier))
    shorter, longer = sorted((digits, asked.identifier), key=len)
    return len(shorter) >= 7 and longer.endswith(shorter)


def _invited(rows: tuple[InvitedRow, ...], customer_id: str, body: Body) -> Invited:
    if all(row.verdict == "unknown" for row in rows):
        raise ShapeError("no row of the answer is understood")
    return Invited(rows, customer_id, raw=body)


def _code_of_whole(body: Body) -> str:
    return code_of(one(body.get("status")) or body)


def _message(body: Body) -> str:
    return text((one(body.get("status")) or body).get("message"))
