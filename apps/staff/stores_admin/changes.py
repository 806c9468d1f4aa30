"""What is done with stores that waits for a second person: another till code, its sign-in, closing and opening."""

from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from apps.staff.confirming.kinds import By, Kind, Snapshot, Values, register
from apps.staff.models import Store
from apps.staff.outside_models import TillCredentials
from apps.staff.stores_admin import changing, closing, credentials
from apps.staff.stores_admin.holding import MAY_CHANGE


def about_store(pk: int) -> str:
    """How a change names the store it is about."""
    return f"store:{pk}"


def store_now(values: Values) -> Snapshot:
    """What it is called, whether it is open, and whether its till has a sign-in of its own."""
    store = Store.objects.filter(pk=values["pk"]).first()
    if store is None:
        return Snapshot()
    kept = TillCredentials.objects.filter(store=store).first()
    facts = {
        _("Name"): store.name,
        _("Code"): store.code,
        _("Till code"): store.till_code,
        _("External id 1"): store.external_id,
        _("External id 2"): store.external_id_1,
        _("External id 3"): store.external_id_2,
        _("State"): _("closed: %(reason)s") % {"reason": store.closed_reason}
        if store.is_closed
        else _("open"),
        _("Sign-in of its till"): _("given") if kept else _("none"),
    }
    return Snapshot(store.name, facts, about_store(store.pk), _mark(kept))


@sensitive_variables("opened")
def _mark(kept: TillCredentials | None) -> str:
    """Other credentials are another state, and nobody reads which."""
    if kept is None:
        return ""
    opened = kept.open()
    plain = "\n".join(opened) if opened else kept.sealed
    return salted_hmac("apps.staff.stores_admin.changes", plain, algorithm="sha256").hexdigest()


def _change(by: By, values: Values) -> list[str]:
    given = {name: values[name] for name in changing.FIELDS if name in values}
    # The mark is absent from what was asked for before forms carried one.
    opened = values.get("opened", "")
    return changing.change_store(actor=by.actor, pk=values["pk"], values=given, opened=opened)


def _close(by: By, values: Values) -> Store:
    return closing.close_store(actor=by.actor, pk=values["pk"], reason=values["reason"])


def _reopen(by: By, values: Values) -> Store:
    return closing.reopen_store(actor=by.actor, pk=values["pk"], reason=values["reason"])


@sensitive_variables("values")
def _give(by: By, values: Values) -> Any:
    return credentials.give_credentials(
        actor=by.actor, pk=values["pk"], username=values["username"], password=values["password"]
    )


def _remove(by: By, values: Values) -> None:
    credentials.remove_credentials(actor=by.actor, pk=values["pk"])


CHANGE, CLOSE, REOPEN, GIVE, REMOVE = (
    register(Kind(name, title, MAY_CHANGE, snapshot=store_now, apply=apply)).name
    for name, title, apply in (
        ("staff.store_till_code", gettext_lazy("Change the till code of a store"), _change),
        ("staff.store_close", gettext_lazy("Close a store"), _close),
        ("staff.store_reopen", gettext_lazy("Reopen a store"), _reopen),
        ("staff.till_sign_in_give", gettext_lazy("Set the sign-in of a till"), _give),
        ("staff.till_sign_in_remove", gettext_lazy("Remove the sign-in of a till"), _remove),
    )
)
