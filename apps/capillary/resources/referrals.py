"""Whom a customer invited and who came; inviting; checking a referral code. Which version answers is decided here.

What tells of invited and arrived people is `about_many`: their contacts must not be kept as the inviter's own.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from apps.capillary.calls import Allowance, Call
from apps.capillary.config import ReferralsDialect
from apps.capillary.errors import NotSent
from apps.capillary.parsers.inviting import parse_check, parse_invited_v2, parse_invited_v11
from apps.capillary.parsers.referrals import parse_campaign, parse_referrals, parse_statistics
from apps.capillary.resources.asking import V2_KINDS, Who, given, who
from apps.capillary.resources.referral_bodies import checked, kinds, v2_body, v11_body
from apps.capillary.types_activity import Referrals
from apps.capillary.types_referrals import CodeCheck, Invitation, Invited
from apps.core.errors import BadInput

ENTITY = "referral"
# Each of the two calls is limited by itself, as its page of the reference says; by id or by lookup is one call.
READS = Allowance("v2.customers.referrals", 1000)
INVITES = Allowance("v2.customers.referrals.add", 1000)


def read(
    *,
    customer_id: int,
    dialect: ReferralsDialect = "auto",
    campaign_token: str = "",
    start_date: date | None = None,
    end_date: date | None = None,
    store_code: str = "",
) -> Call[tuple[Referrals, ...]]:
    """The customer's codes with invited and arrived people and incentives; empty when there are none.

    Left to itself ("auto") it asks v2, which tells all campaigns at once and who the arrived people are here;
    but v1.1 when a campaign, a period or a store is named, for v2 cannot be asked so. v1.1 without a campaign
    tells of the default campaign only; it also tells the names of the invited. v2 may be asked 1000 times an
    hour. Both days of a period count. `dialect` is Config.referrals_dialect.
    Raises: BadInput for a campaign, period or store where v2 alone is there (see `can_filter`);
    CustomerNotFound, CustomerMerged, Rejected (1202 to 1206); RateLimited when the hour's calls are used up.
    """
    filters = given(
        campaign_token=campaign_token, start_date=start_date, end_date=end_date, store_code=store_code
    )
    if end_date is not None and end_date < date.max:
        # Whether the last day itself counts is told differently on each page: one more is asked for, and dropped.
        filters["end_date"] = (end_date + timedelta(days=1)).isoformat()
    if dialect == "v1.1" or (dialect == "auto" and filters):
        subject = who(id=customer_id)
        return Call(
            name="v1.1.customer.referrals",
            method="GET",
            path="/v1.1/customer/referrals",
            params={**subject.params, "store_code": "all", **filters},
            parse=partial(parse_campaign, campaign_token=campaign_token, last_day=end_date),
            dialect="v11",
            entity=ENTITY,
            customer_id=subject.customer_id,
            about_many=True,
        )
    if filters:
        raise BadInput(
            "Here referrals can only be read all together, not by campaign, period or store.",
            field=next(iter(filters)),
        )
    return get(customer_id=customer_id)


def reads(
    *, customer_id: int, campaign_tokens: Sequence[str] = (), dialect: ReferralsDialect = "auto"
) -> dict[str, Call[tuple[Referrals, ...]]]:
    """The calls that together tell most, by name: all of them are asked at once, each may fail alone.

    Left to itself ("auto") both versions are asked: v2 once, for all campaigns and for who the arrived people are
    here; v1.1 for each campaign, for the names of the invited and for which code belongs to which campaign. The
    code joins what they tell. Without campaigns v1.1 tells of the default one.
    """
    calls = {} if dialect == "v1.1" else {"v2": get(customer_id=customer_id)}
    if dialect != "v2":
        for token in campaign_tokens or ("",):
            calls[f"v1.1 {token}"] = read(customer_id=customer_id, dialect="v1.1", campaign_token=token)
    return calls


def can_filter(dialect: ReferralsDialect) -> bool:
    """Whether `read` can be asked for one campaign, period or store."""
    return dialect != "v2"


def can_check_codes(dialect: ReferralsDialect) -> bool:
    """Whether there is a call that checks a code."""
    return dialect != "v1.1"


def get(*, customer_id: int) -> Call[tuple[Referrals, ...]]:
    """Referral codes of the customer with invited and arrived people; empty when there are none.

    Raises: RateLimited when the 1000 calls the outside allows in an hour are used up; CustomerNotFound, Rejected.
    Source: API reference v2, "Get Customer Referrals", read 2026-11-23.
    """
    return Call(
        name="v2.customers.referrals",
        method="GET",
        path=f"/v2/customers/{int(customer_id)}/referrals",
        parse=parse_referrals,
        dialect="v2",
        entity=ENTITY,
        customer_id=str(customer_id),
        about_many=True,
        allowance=READS,
    )


def lookup(
    *, source: str, identifier_name: str, identifier_value: str, account_id: str = ""
) -> Call[tuple[Referrals, ...]]:
    """The same by an identifier: mobile, email, externalId, cardExternalId or cardNumber, in one source.

    It counts towards the same 1000 calls an hour.
    Source: API reference v2, "Get Customer Referrals", read 2026-11-23.
    """
    return Call(
        name="v2.customers.lookup.referrals",
        method="GET",
        path="/v2/customers/lookup/referrals",
        params=given(
            source=source,
            accountId=account_id,
            identifierName=identifier_name,
            identifierValue=identifier_value,
        ),
        parse=parse_referrals,
        dialect="v2",
        entity=ENTITY,
        identifiers=((V2_KINDS.get(identifier_name, "external_id"), identifier_value),),
        about_many=True,
        allowance=READS,
    )


def statistics(
    *,
    customer_id: int | None = None,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    campaign_token: str = "",
    store_code: str = "all",
    start_date: date | None = None,
    end_date: date | None = None,
    only_code: bool = False,
) -> Call[Referrals]:
    """Referrals of one campaign (the default one when no token is given) with the incentives earned.

    With `only_code` nothing but the referral code is asked for. Whether `end_date` itself counts is not told.
    Raises: BadInput unless one identifier is given; CustomerNotFound; Rejected (1202 to 1206).
    Source: API reference v1.1, "customer/referrals", read 2026-11-23.
    """
    subject: Who = who(id=customer_id, mobile=mobile, email=email, external_id=external_id)
    return Call(
        name="v1.1.customer.referrals",
        method="GET",
        path="/v1.1/customer/referrals",
        params={
            **subject.params,
            **given(
                campaign_token=campaign_token,
                store_code=store_code,
                start_date=start_date,
                end_date=end_date,
                only_referral_code=only_code,
            ),
        },
        parse=partial(parse_statistics, campaign_token=campaign_token),
        dialect="v11",
        entity=ENTITY,
        identifiers=subject.identifiers,
        customer_id=subject.customer_id,
        about_many=True,
    )


def invite(
    *,
    customer_id: int,
    invitations: Sequence[Invitation],
    campaign_token: str = "",
    dialect: ReferralsDialect = "auto",
) -> Call[Invited]:
    """Invite people in the customer's name, all in one call. A write that must never be sent twice.

    Left to itself ("auto") it asks v1.1, which says of every person whether they were invited and why not.
    v2 is documented to repeat the question and no more: then every row is unknown until it is found in the
    customer's referrals; and it may be asked 1000 times an hour. Without a campaign the default one counts.
    `dialect` is Config.referrals_dialect.
    Raises: BadInput for nobody, somebody twice, or an identifier that cannot be sent; CustomerNotFound,
    CustomerMerged, Rejected (nobody was invited); RateLimited (nothing was sent); OutcomeUnknown.
    Source: API reference v1.1, "customer/referrals" (POST), and v2, "Add Customer Referrals", read 2026-11-26.
    """
    asked = checked(invitations)
    is_v2 = dialect == "v2"
    number = str(int(customer_id))
    return Call(
        name="v2.customers.referrals.add" if is_v2 else "v1.1.customer.referrals.add",
        method="POST",
        path=f"/v2/customers/{number}/referrals" if is_v2 else "/v1.1/customer/referrals",
        body=(v2_body if is_v2 else v11_body)(number, asked, campaign_token.strip()),
        parse=partial(parse_invited_v2 if is_v2 else parse_invited_v11, asked=asked),
        dialect="v2" if is_v2 else "v11",
        entity=ENTITY,
        write=True,
        own_verdict=True,
        customer_id=number,
        identifiers=kinds(asked),
        names=tuple(one.name for one in asked if one.name),
        allowance=INVITES if is_v2 else None,
        outcome_of=lambda invited: invited.outcome,
    )


def check_code(*, code: str, dialect: ReferralsDialect = "auto") -> Call[CodeCheck]:
    """Whether a referral code is good, and whose it is.

    v2 alone has such a call; where the organisation has referrals in v1.1 only, no code can be checked.
    Raises: BadInput without a code; NotSent where there is no such call; Rejected.
    Source: API reference v2, "Validate Referral Code", read 2026-11-26.
    """
    if not can_check_codes(dialect):
        raise NotSent(
            "Referral codes cannot be checked here: the organisation has no call for it.",
            next_step="Ask an administrator whether version 2 of the referrals is switched on.",
            permanent=True,
        )
    word = code.strip()
    if not word:
        raise BadInput("Enter a referral code.", field="code")
    return Call(
        name="v2.referral.validate",
        method="GET",
        path="/v2/referral/validate",
        params={"code": word},
        parse=parse_check,
        dialect="v2",
        entity=ENTITY,
        identifiers=(("external_id", word),),
    )
