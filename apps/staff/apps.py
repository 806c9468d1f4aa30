"""Registers staff with Django: people, stores, roles and signing in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "apps.staff"
    label = "staff"
    verbose_name = _("People and stores")

    def ready(self) -> None:
        """The trail is below and knows neither people nor stores: it is told who acts and which store is meant."""
        from apps.audit import actor, stores
        from apps.staff.actors import actor_of
        from apps.staff.stores import codes_named

        actor.provide(actor_of)
        stores.provide(codes_named)
