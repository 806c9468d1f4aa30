"""Registers the referrals room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "apps.referrals"
    label = "referrals"
    verbose_name = _("Referrals")

    def ready(self) -> None:
        # Sentences, counters, the off switch and what may be unknown are registered by importing them.
        from apps.referrals import actions, counters, switched, unknowns  # noqa: F401
