"""Registers the customers room with Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CustomersConfig(AppConfig):
    name = "apps.customers"
    label = "customers"

    def ready(self) -> None:
        from apps.customers.api.guarding import check
        from apps.customers.glass import may_show
        from apps.customers.panels.tabs import set_up
        from apps.customers.recent import remember_act
        from apps.customers.verification import code_passed, level_of
        from apps.operations import caller, closed, recent
        from apps.staff.api import guards

        set_up()
        autodiscover_modules("home_parts")
        caller.provide(level_of, passed=code_passed)
        closed.provide(may_show)
        guards.provide(check)

        def keep(user_id: int, customer_id: int, act: str) -> None:
            remember_act(user_id=user_id, customer_id=customer_id, act=act)

        recent.provide(keep)
