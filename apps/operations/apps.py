"""Registers operations with Django and collects every room's sweeps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "apps.operations"
    label = "operations"
    verbose_name = _("Long work")

    def ready(self) -> None:
        from apps.operations import actions, schedule, sweeps  # noqa: F401

        sweeps.autodiscover()
        schedule.install()
