"""Addresses of health and its probe, the off switches, what is not known yet, notices, and long work."""

from django.urls import path, register_converter

from apps.core.converters import WholeNumberConverter
from apps.operations.views import (
    health,
    notices,
    switches,
    unknown,
    work_deciding,
    work_files,
    work_list,
    work_page,
    work_steering,
    work_upload,
)
from apps.operations.webhooks import views as hooks

app_name = "operations"
register_converter(WholeNumberConverter, "row")

urlpatterns = [
    path("health/", health.health, name="health"),
    path("healthz", health.healthz, name="healthz"),
    path("switches/", switches.switches, name="switches"),
    path("switches/off/", switches.switch_off, name="switch_off"),
    path("switches/<int:pk>/on/", switches.switch_on, name="switch_on"),
    path("webhooks/", hooks.webhooks, name="webhooks"),
    path("webhooks/add/", hooks.webhook_add, name="webhook_add"),
    path("webhooks/<row:pk>/", hooks.webhook, name="webhook"),
    path("webhooks/<row:pk>/switch/", hooks.webhook_switch, name="webhook_switch"),
    path("webhooks/<row:pk>/remove/", hooks.webhook_remove, name="webhook_remove"),
    path("webhooks/messages/<row:pk>/again/", hooks.webhook_again, name="webhook_again"),
    path("unknown/", unknown.unknown, name="unknown"),
    path("notices/", notices.notices, name="notices"),
    path("notices/dismiss/", notices.notices_dismiss, name="notices_dismiss"),
    path("notices/<int:pk>/dismiss/", notices.notice_dismiss, name="notice_dismiss"),
    path("operations/", work_list.operations, name="list"),
    path("operations/new/<slug:kind>/", work_upload.upload, name="operation_new"),
    path("operations/samples/<slug:kind>.<slug:form>", work_files.sample, name="operation_sample"),
    path("operations/<row:pk>/", work_page.operation, name="operation"),
    path("operations/<row:pk>/progress/", work_page.progress, name="operation_progress"),
    path("operations/<row:pk>/ask/", work_steering.ask, name="operation_ask"),
    path("operations/<row:pk>/run/", work_steering.run, name="operation_run"),
    path("operations/<row:pk>/pause/", work_steering.pause, name="operation_pause"),
    path("operations/<row:pk>/resume/", work_steering.resume, name="operation_resume"),
    path("operations/<row:pk>/rerun/", work_steering.rerun, name="operation_rerun"),
    path("operations/<row:pk>/free/<row:chunk>/", work_steering.free, name="operation_free"),
    path("operations/<row:pk>/approve/", work_deciding.approve, name="operation_approve"),
    path("operations/<row:pk>/reject/", work_deciding.reject, name="operation_reject"),
    path("operations/<row:pk>/cancel/", work_deciding.cancel, name="operation_cancel"),
    path("operations/<row:pk>/file", work_files.uploaded, name="operation_file"),
    path("operations/<row:pk>/export.csv", work_files.export, name="operation_export"),
    path("operations/<row:pk>/results.<slug:form>", work_files.results, name="operation_results"),
    path("operations/<row:pk>/problems.<slug:form>", work_files.problems, name="operation_problems"),
]
