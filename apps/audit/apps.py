"""Registers the trail and collects every room's actions at start."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The append-only trail."""

    name = "apps.audit"
    label = "audit"
    verbose_name = _("Audit trail")

    def ready(self) -> None:
        """A room says in its own actions.py what it can write here, so that the trail imports no room."""
        autodiscover_modules("actions")
