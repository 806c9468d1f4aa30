"""Registers core with Django; it holds no models and no business words."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """First of all apps of the console: no form of theirs exists yet."""
        from apps.core import sentences

        sentences.speak()
