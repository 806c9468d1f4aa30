"""Addresses of the health page and of the probe for load balancers."""

from django.urls import path

from apps.operations import views

app_name = "operations"

urlpatterns = [
    path("health/", views.health, name="health"),
    path("healthz", views.healthz, name="healthz"),
]
