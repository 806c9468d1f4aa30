"""Registers the trail and collects every room's actions at start."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The append-only trail."""

    name = "apps.audit"
    label = "audit"
    verbose_name = _("Audit trail")

    def ready(self) -> None:
        """A room says in its own actions.py what it can write here, so that the trail imports no room."""
        from apps.audit import key_check
        from apps.audit.subject_requests import actions as of_requests  # noqa: F401 it registers
        from apps.audit.watch import actions as of_the_watch  # noqa: F401 the same

        connection_created.connect(key_check.look, dispatch_uid="audit key check")
        autodiscover_modules("actions")
        # And in its subject_data.py what it holds of a person.
        autodiscover_modules("subject_data")
