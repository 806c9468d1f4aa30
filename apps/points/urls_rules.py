"""Addresses of the rules."""

from django.urls import URLPattern, path

from apps.points.views import rules

urlpatterns: list[URLPattern] = [
    path("rules/", rules.rules, name="rules"),
    path("rules/<nth:pk>/", rules.rules_set, name="rules_set"),
    path("rules/<nth:pk>/remove/", rules.rules_remove, name="rules_remove"),
]
