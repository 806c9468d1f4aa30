"""Registers the goodwill room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoodwillConfig(AppConfig):
    name = "apps.goodwill"
    label = "goodwill"
    verbose_name = _("Goodwill")

    def ready(self) -> None:
        # Sentences, counters and the off switch are registered by importing them.
        from apps.goodwill import actions, counters, switches  # noqa: F401
