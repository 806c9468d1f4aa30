"""Registers the goodwill room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoodwillConfig(AppConfig):
    name = "apps.goodwill"
    label = "goodwill"
    verbose_name = _("Goodwill")

    def ready(self) -> None:
        # Sentences, counters, the off switch and what may be unknown are registered by importing them.
        from apps.goodwill import actions, counters, switches, unknowns  # noqa: F401
