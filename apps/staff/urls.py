"""Addresses of signing in, one's own account, people and stores."""

from django.urls import path, re_path, register_converter

from apps.core.converters import TokenConverter
from apps.staff import account, once_views, sign_in, views
from apps.staff.api import views as api
from apps.staff.confirming import views as confirming
from apps.staff.custom_roles import views as own_roles
from apps.staff.factors.urls import paths as factors
from apps.staff.oidc import back_channel_views as back_channel
from apps.staff.oidc import unlinking
from apps.staff.oidc import views as oidc
from apps.staff.outside import views as outside
from apps.staff.passwords import views as passwords
from apps.staff.people import invite_views as invitations
from apps.staff.people import views as person
from apps.staff.people import why_views as why
from apps.staff.people_csv import views as people_csv
from apps.staff.review import views as review
from apps.staff.sessions import views as sessions
from apps.staff.sessions import waiting_views as waiting
from apps.staff.stores_admin import views as stores

app_name = "staff"
register_converter(TokenConverter, "token")

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/oidc/", oidc.oidc_start, name="oidc_start"),
    path("sign-in/oidc/back/", oidc.oidc_back, name="oidc_back"),
    path("sign-in/oidc/signed-out/", back_channel.oidc_back_channel, name="oidc_back_channel"),
    path("sign-in/once/<token:token>/", once_views.sign_in_once, name="sign_in_once"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/preferences/", account.preferences, name="preferences"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/", sessions.sessions, name="sessions"),
    path("account/sessions/end-others/", sessions.sessions_end_others, name="sessions_end_others"),
    path("account/sessions/<slug:mark>/end/", sessions.session_end, name="session_end"),
    path("people/<int:pk>/sessions/end/", sessions.person_sessions_end, name="person_sessions_end"),
    path("account/waiting/<token:token>/", waiting.form_waiting, name="form_waiting"),
    path("lock/", sessions.lock, name="lock"),
    path("password/forgotten/", passwords.password_forgotten, name="password_forgotten"),
    path("password/reset/<token:token>/", passwords.password_reset, name="password_reset"),
    path("session/", sessions.session_state, name="session_state"),
    path("session/used/", sessions.session_used, name="session_used"),
    path("account/store/", account.store_switch, name="store_switch"),
    path("people/", views.people, name="people"),
    re_path(r"^people/export\.(?P<form>csv|xlsx)$", people_csv.people_export, name="people_export"),
    path("people/import/", people_csv.people_import, name="people_import"),
    path("people/import/<int:pk>/", people_csv.people_file, name="people_file"),
    path("people/import/<int:pk>/apply/", people_csv.people_file_apply, name="people_file_apply"),
    path("people/invite/", invitations.person_invite, name="person_invite"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/permissions/", why.person_permissions, name="person_permissions"),
    path("account/permissions/", why.account_permissions, name="account_permissions"),
    path("reviews/", review.reviews, name="reviews"),
    path("reviews/open/", review.review_open, name="review_open"),
    path("reviews/<int:pk>/", review.review, name="review"),
    path("reviews/<int:pk>/decide/", review.review_decide, name="review_decide"),
    path("reviews/<int:pk>/close/", review.review_close, name="review_close"),
    re_path(
        r"^reviews/(?P<pk>[0-9]{1,18})/result\.(?P<form>csv|txt)$", review.review_result, name="review_result"
    ),
    path("roles/", own_roles.roles, name="roles"),
    path("roles/new/", own_roles.role_new, name="role_new"),
    path("roles/<int:pk>/", own_roles.role, name="role"),
    path("roles/<int:pk>/change/", own_roles.role_change, name="role_change"),
    path("roles/<int:pk>/retire/", own_roles.role_retire, name="role_retire"),
    path("people/<int:pk>/roles/give/", person.person_role_give, name="person_role_give"),
    path("people/<int:pk>/roles/<int:membership>/end/", person.person_role_end, name="person_role_end"),
    path("people/<int:pk>/roles/<int:membership>/move/", person.person_role_move, name="person_role_move"),
    path("people/<int:pk>/deactivate/", person.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", person.person_reactivate, name="person_reactivate"),
    path("people/<int:pk>/account/end/", unlinking.person_account_end, name="person_account_end"),
    path("people/<int:pk>/invite/again/", invitations.person_invite_again, name="person_invite_again"),
    path(
        "people/<int:pk>/invite/withdraw/", invitations.person_invite_withdraw, name="person_invite_withdraw"
    ),
    path("welcome/<token:token>/", invitations.welcome, name="welcome"),
    path("changes/", confirming.changes, name="changes"),
    path("changes/<int:pk>/", confirming.change, name="change"),
    path("changes/<int:pk>/ask/", confirming.change_ask, name="change_ask"),
    path("changes/<int:pk>/confirm/", confirming.change_confirm, name="change_confirm"),
    path("changes/<int:pk>/refuse/", confirming.change_refuse, name="change_refuse"),
    path("changes/<int:pk>/withdraw/", confirming.change_withdraw, name="change_withdraw"),
    path("changes/<int:pk>/drop/", confirming.change_drop, name="change_drop"),
    path("people/<int:pk>/mobile/", views.person_mobile, name="person_mobile"),
    *factors,
    path("api/", api.api_page, name="api"),
    path("api/openapi.json", api.api_document, name="api_document"),
    path("api/keys/", api.keys, name="api_keys"),
    path("api/keys/new/", api.key_new, name="api_key_new"),
    path("api/keys/<int:pk>/", api.key_ask, name="api_key_ask"),
    path("api/keys/<int:pk>/revoke/", api.key_revoke, name="api_key_revoke"),
    path("connection/", outside.connection, name="connection"),
    path("connection/check/", outside.connection_check, name="connection_check"),
    path("stores/", stores.stores, name="stores"),
    path("stores/add/", stores.store_add, name="store_add"),
    path("stores/<int:pk>/", stores.store, name="store"),
    path("stores/<int:pk>/change/", stores.store_change, name="store_change"),
    path("stores/<int:pk>/close/", stores.store_close, name="store_close"),
    path("stores/<int:pk>/reopen/", stores.store_reopen, name="store_reopen"),
    path("stores/<int:pk>/till/", stores.store_till, name="store_till"),
    path("stores/<int:pk>/till/remove/", stores.store_till_remove, name="store_till_remove"),
    path("stores/<int:pk>/till/test/", stores.store_till_test, name="store_till_test"),
]
