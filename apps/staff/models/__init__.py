"""The tables of the room: people, stores, which role a person has where, keys of programs."""

from apps.staff.models.invites import Invite
from apps.staff.models.memberships import Membership, MembershipQuerySet
from apps.staff.models.people import User, UserManager, UserQuerySet, tidy_email
from apps.staff.models.programs import ApiAct, ApiKey
from apps.staff.models.stores import Store, StoreQuerySet

__all__ = [
    "ApiAct",
    "ApiKey",
    "Invite",
    "Membership",
    "MembershipQuerySet",
    "Store",
    "StoreQuerySet",
    "User",
    "UserManager",
    "UserQuerySet",
    "tidy_email",
]

# Tables whose code lies in the rooms within this room.
from apps.staff import factor_models, outside_models, session_models, stranger_models  # noqa: F401
from apps.staff.confirming import models as _changes  # noqa: F401
from apps.staff.oidc import back_channel_rows as _heard  # noqa: F401
from apps.staff.oidc import rows as _accounts  # noqa: F401
from apps.staff.people_csv import rows as _files  # noqa: F401
from apps.staff.review import rows as _reviews  # noqa: F401
