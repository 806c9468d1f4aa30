"""Registers operations with Django and collects every room's sweeps and acts that may be unknown."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "apps.operations"
    label = "operations"
    verbose_name = _("Long work")

    def ready(self) -> None:
        from apps.operations import counters, schedule, sealing, streaming, sweeps  # noqa: F401
        from apps.operations.webhooks import actions as _webhooks  # noqa: F401 they register
        from apps.operations.webhooks import changes as _changes  # noqa: F401 they register
        from apps.operations.work import kinds

        sweeps.autodiscover()
        kinds.autodiscover()
        autodiscover_modules("unknowns")
        schedule.install()
