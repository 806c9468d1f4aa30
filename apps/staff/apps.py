"""Registers staff with Django: people, stores, roles and signing in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "apps.staff"
    label = "staff"
    verbose_name = _("People and stores")

    def ready(self) -> None:
        """The trail is below and knows no people: it is told how a request becomes an actor."""
        from apps.audit.actor import provide
        from apps.staff.actors import actor_of

        provide(actor_of)
