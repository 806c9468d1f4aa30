"""Addresses of the health page, the probe for load balancers, and the off switches."""

from django.urls import path

from apps.operations.views import health, switches

app_name = "operations"

urlpatterns = [
    path("health/", health.health, name="health"),
    path("healthz", health.healthz, name="healthz"),
    path("switches/", switches.switches, name="switches"),
    path("switches/off/", switches.switch_off, name="switch_off"),
    path("switches/<int:pk>/on/", switches.switch_on, name="switch_on"),
]
