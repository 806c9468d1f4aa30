"""Registers the customers room with Django."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "apps.customers"
    label = "customers"

    def ready(self) -> None:
        from apps.customers.panels.tabs import set_up
        from apps.customers.verification import level_of
        from apps.operations.caller import provide

        set_up()
        provide(level_of)
