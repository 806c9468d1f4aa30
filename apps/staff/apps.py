"""Registers staff with Django: people, stores, roles and signing in."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "apps.staff"
    label = "staff"
    verbose_name = _("People and stores")

    def ready(self) -> None:
        """The trail is below and knows neither people nor stores: it is told who acts and which store is meant."""
        from apps.audit import actor, stores
        from apps.audit.watch import programs
        from apps.staff import subject_count, watch_count  # noqa: F401 they register
        from apps.staff.actors import actor_of
        from apps.staff.api import changes as _keys  # noqa: F401 they register
        from apps.staff.api.keys import who_answers_for
        from apps.staff.confirming import waiting_count  # noqa: F401 it registers
        from apps.staff.custom_roles import changes as _roles  # noqa: F401 they register
        from apps.staff.factors import proof  # noqa: F401 it listens for sign-ins
        from apps.staff.letters import writing  # noqa: F401 it registers
        from apps.staff.oidc import actions as _oidc  # noqa: F401 they register
        from apps.staff.passwords import resets  # noqa: F401 it registers
        from apps.staff.people import changes, protection  # noqa: F401 they register
        from apps.staff.people_csv import changes as _files  # noqa: F401 they register
        from apps.staff.review import counting as _review  # noqa: F401 it registers
        from apps.staff.sessions import actions, opening  # noqa: F401 they register
        from apps.staff.stores import codes_named

        autodiscover_modules("confirming")
        opening.watch_sign_ins()
        actor.provide(actor_of)
        stores.provide(codes_named)
        programs.provide(who_answers_for)
