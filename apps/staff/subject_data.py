"""What this room holds of customers: nothing. It tells the rooms above who of the house somebody is."""

from apps.audit.subject_requests.rooms import Room, Staff, register
from apps.staff.models import User


def staff_of(user: User | None) -> Staff:
    """The person's name with their first role and store, for rows that keep no copy of these."""
    if user is None:
        return Staff("", "")
    held = user.memberships_now[0] if user.memberships_now else None
    return Staff(
        user.name, held.as_role.title if held else "", held.store.code if held and held.store else ""
    )


register(
    Room(
        "staff",
        holds_nothing={
            "staff.Store": "places of the house",
            "staff.User": "people of the house, who are no customers here",
            "staff.ApiKey": "hashes of keys of programs",
            "staff.ApiAct": "what programs were answered, encrypted and without names, for two days",
            "staff.AccessReview": "rounds in which the rights of the house's people are looked through",
            "staff.ReviewLine": "rights of the house's people",
            "staff.PeopleFile": "encrypted files of the house's people, until they are applied",
            "staff.CustomRole": "names and permissions of roles",
            "staff.Membership": "roles of the house's people",
            "staff.ProposedChange": "what people of the house want changed of people, rules and places",
            "staff.ConnectionCheck": "what the connection answered, without anybody",
            "staff.TillCredentials": "sealed sign-ins of tills",
            "staff.GroupRole": "which roles a group at the provider gave",
            "staff.LinkedAccount": "accounts of the house's people at their provider",
            "staff.HeardLogout": "hashes of the provider's sign-outs, for minutes",
            "staff.OpenSession": "sessions of the house's people, under a hash, for some hours",
            "staff.HeldForm": "what was sent while a page was locked: sealed, for its sender alone, for some hours",
            "staff.StrangerTries": "how often strangers tried to sign in as people of the house, until it is told",
            "staff.Letter": "mails to the house's people, until they are sent",
            "staff.ResetLink": "hashes of links for a new password",
            "staff.Authenticator": "sealed secrets of the apps of the house's people",
            "staff.Passkey": "public keys of the house's people",
            "staff.RecoveryCode": "hashes of codes of the house's people",
            "staff.Invite": "hashes of links by which people of the house set their first password",
        },
    )
)
