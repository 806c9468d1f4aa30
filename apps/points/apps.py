"""Registers the points room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PointsConfig(AppConfig):
    name = "apps.points"
    label = "points"
    verbose_name = _("Points")

    def ready(self) -> None:
        # Sentences, counters, the off switches and what may be unknown are registered by importing them.
        from apps.points import actions, counters, switched, unknowns  # noqa: F401
