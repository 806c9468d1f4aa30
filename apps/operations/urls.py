"""Addresses of health, of the probe for load balancers, the off switches, what is not known yet, and notices."""

from django.urls import path

from apps.operations.views import health, notices, switches, unknown

app_name = "operations"

urlpatterns = [
    path("health/", health.health, name="health"),
    path("healthz", health.healthz, name="healthz"),
    path("switches/", switches.switches, name="switches"),
    path("switches/off/", switches.switch_off, name="switch_off"),
    path("switches/<int:pk>/on/", switches.switch_on, name="switch_on"),
    path("unknown/", unknown.unknown, name="unknown"),
    path("notices/", notices.notices, name="notices"),
    path("notices/dismiss/", notices.notices_dismiss, name="notices_dismiss"),
    path("notices/<int:pk>/dismiss/", notices.notice_dismiss, name="notice_dismiss"),
]
