"""Addresses of the rules."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
