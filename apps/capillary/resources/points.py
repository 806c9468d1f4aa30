"""Points: may they be redeemed, the one-time code, the redemption itself, and giving them back."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from apps.capillary.calls import Call, Json
from apps.capillary.config import DEFAULT_TIMEZONE
from apps.capillary.parsers.redeeming import (
    parse_code_sent,
    parse_redeemability,
    parse_redeemed,
    parse_reversed,
)
from apps.capillary.resources.asking import V2_KINDS, amount, given, who
from apps.capillary.resources.points_bodies import how_many, redemption, to_reverse
from apps.capillary.types_redeeming import CodeSent, Redeemability, Redeemed, Reversed


def is_redeemable(
    *,
    points: Decimal,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    card_number: str = "",
    card_external_id: str = "",
    program_id: str = "",
    group_redemption: bool = False,
    validation_type: str = "",
    skip_validation: bool = False,
    customer_id: int | None = None,
) -> Call[Redeemability]:
    """Whether so many points can be redeemed now, and what they are worth. Changes nothing, sends nothing.

    Takes one of mobile, email, external_id, card_number and card_external_id: not the internal id, and no
    source, so an identifier of any of the customer's profiles (apps.capillary.naming). `customer_id` is not sent,
    it puts the call into that customer's history. `validation_type` is MISSED_CALL or SMS.
    The API would also send or check a one-time code here: `validation_code` and `redeem` do that.
    Raises: BadInput; Rejected with the code and the field of the rule that is not met; CustomerNotFound.
    Source: API reference v1.1, "points/isredeemable", read 2026-11-23.
    """
    subject = who(
        mobile=mobile,
        email=email,
        external_id=external_id,
        card_number=card_number,
        card_external_id=card_external_id,
    )
    return Call(
        name="v1.1.points.isredeemable",
        method="GET",
        path="/v1.1/points/isredeemable",
        params={
            **subject.params,
            **given(
                points=amount(points),
                program_id=program_id,
                group_redemption=group_redemption,
                validation_type=validation_type,
                skip_validation=skip_validation,
            ),
        },
        parse=parse_redeemability,
        dialect="v11",
        entity="points",
        identifiers=subject.identifiers,
        customer_id=_text(customer_id),
        own_verdict=True,
    )


def validation_code(
    *,
    points: Decimal,
    customer_id: int | None = None,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
) -> Call[CodeSent]:
    """Send the customer a one-time code for so many points. A GET that acts: a write in every respect.

    Takes one identifier: mobile, email, external_id, or the internal id as `customer_id`, which serves
    customers of every source. Within its validity asking again sends the same code.
    Raises: BadInput; Rejected (860, 876: no code went out); OutcomeUnknown: it may be on its way.
    Source: API reference v1.1, "points/validationcode", read 2026-11-23.
    """
    subject = who(user_id=customer_id, mobile=mobile, email=email, external_id=external_id)
    return Call(
        name="v1.1.points.validationcode",
        method="GET",
        path="/v1.1/points/validationcode",
        params={**subject.params, **given(points=amount(points))},
        parse=parse_code_sent,
        dialect="v11",
        entity="points",
        write=True,
        identifiers=subject.identifiers,
        customer_id=subject.customer_id,
        own_verdict=True,
    )


def redeem(
    *,
    points: Decimal,
    reference: str,
    code: str = "",
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    card_number: str = "",
    card_external_id: str = "",
    program_id: str = "",
    transaction_number: str = "",
    redeemed_at: datetime | None = None,
    till_id: str = "",
    purpose: str = "",
    notes: str = "",
    custom_fields: Mapping[str, str] | None = None,
    group_redemption: bool = False,
    validation_type: str = "",
    skip_validation: bool = False,
    timezone: str = DEFAULT_TIMEZONE,
    customer_id: int | None = None,
) -> Call[Redeemed]:
    """Redeem points. A write that must never be sent twice: the API recognises no repetition.

    Takes one of mobile, email, external_id, card_number and card_external_id; no internal id and no source.
    `reference` is our own and unique, sent as external_reference_number: `redemptions.history` finds it.
    `code` is the one the customer read out. It goes into the body and nowhere else. It may be missing only
    with `skip_validation` or a `validation_type` of MISSED_CALL. `redeemed_at` goes out in `timezone`, which
    must be the organisation's. Fractions of points go out as text, whole points as a number like the sample's.
    Raises: BadInput; Rejected, CustomerNotFound, CustomerMerged (certainly not done); OutcomeUnknown.
    Source: API reference v1.1, "points/redeem", read 2026-11-23.
    """
    subject = who(
        mobile=mobile,
        email=email,
        external_id=external_id,
        card_number=card_number,
        card_external_id=card_external_id,
    )
    told = redemption(
        customer=subject.params,
        points=points,
        reference=reference,
        code=code,
        needs_code=not (skip_validation or validation_type == "MISSED_CALL"),
        transaction_number=transaction_number,
        redeemed_at=redeemed_at,
        till_id=till_id,
        purpose=purpose,
        notes=notes,
        custom_fields=custom_fields or {},
        group_redemption=group_redemption,
        timezone=timezone,
    )
    secrets = tuple(filter(None, (code.strip(),)))

    def parse(body: Json) -> Redeemed:
        return parse_redeemed(body, secrets)

    return Call(
        name="v1.1.points.redeem",
        method="POST",
        path="/v1.1/points/redeem",
        params=given(program_id=program_id, validation_type=validation_type, skip_validation=skip_validation),
        body={"root": {"redeem": [told]}},
        parse=parse,
        dialect="v11",
        entity="points",
        write=True,
        identifiers=subject.identifiers,
        customer_id=_text(customer_id),
        own_verdict=True,
        secrets=secrets,
    )


def reverse(
    *,
    redemption_id: int | str,
    points: Decimal,
    identifier_type: str = "",
    identifier_value: str = "",
    customer_id: int | None = None,
) -> Call[Reversed]:
    """Give redeemed points back, all or a part. A write that must never be sent twice.

    `redemption_id` is text ("r0njPT") or a number, as `redeem` or the list of redemptions told it; it names
    the customer already. The identifier is optional and checked by the outside when given: its type is mobile,
    email or externalId, without a source. `points` are always said: what leaving them out means is not stated.
    `customer_id` is not sent, it puts the call into that customer's history.
    Raises: BadInput; Rejected (901 to 905, 3802, also when told as warnings: nothing given back);
    OutcomeUnknown. The API takes no reference of ours: look at the redemption's reversals.
    Source: API reference v2, "Reverse Redeemed Points", read 2026-11-23.
    """
    return Call(
        name="v2.points.reverse",
        method="POST",
        path="/v2/points/reverse",
        body={
            **to_reverse(redemption_id, identifier_type, identifier_value),
            "pointsToBeReversed": how_many(points),
        },
        parse=parse_reversed,
        dialect="v2",
        entity="points",
        write=True,
        identifiers=((V2_KINDS[identifier_type], identifier_value.strip()),) if identifier_type else (),
        customer_id=_text(customer_id),
        own_verdict=True,
    )


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
