"""Addresses of second factors; a part of the room's own."""

from django.urls import path

from apps.staff.factors import setup_views, sign_in_views, views
from apps.staff.factors.reset_view import person_factors_reset

paths = [
    path("sign-in/factor/", sign_in_views.factor, name="factor"),
    path("sign-in/passkey/", sign_in_views.passkey_sign_in, name="passkey_sign_in"),
    path("prove/", views.prove, name="prove"),
    path("account/factors/", views.factor_setup, name="factor_setup"),
    path("account/factors/authenticator/", setup_views.authenticator_new, name="authenticator_new"),
    path("account/factors/authenticator/remove/", views.authenticator_remove, name="authenticator_remove"),
    path("account/factors/passkeys/", setup_views.passkey_new, name="passkey_new"),
    path("account/factors/passkeys/<int:pk>/", views.passkey_rename, name="passkey_rename"),
    path("account/factors/passkeys/<int:pk>/remove/", views.passkey_remove, name="passkey_remove"),
    path("account/factors/recovery/", views.recovery_codes, name="recovery_codes"),
    path("people/<int:pk>/factors/reset/", person_factors_reset, name="person_factors_reset"),
]
