"""Addresses of the trail."""

from django.urls import include, path, register_converter

from apps.audit import views
from apps.audit.customers import SHAPE
from apps.audit.subjects import SHAPE as SUBJECT
from apps.audit.views import checkpoints
from apps.audit.views.program import verify_export
from apps.core.context import PATTERN


class ReferenceConverter:
    """A reference such as LC-7F3K-92QD-M4XA."""

    regex = PATTERN.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class SubjectConverter:
    """What has a history of its own: ``GR-10418``, or a note's reference."""

    regex = SUBJECT.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class InternalIdConverter:
    """The form of an internal customer id; whether a long one is one is decided by what the trail knows."""

    regex = SHAPE.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str | int) -> str:
        return str(value)


register_converter(InternalIdConverter, "internal")
register_converter(ReferenceConverter, "reference")
register_converter(SubjectConverter, "subject")

app_name = "audit"

urlpatterns = [
    path("", views.trail, name="trail"),
    path("<int:entry_id>/", views.entry, name="entry"),
    path("clicks/<reference:reference>/", views.click, name="click"),
    path("watch/", include("apps.audit.watch.urls")),
    path("subject-requests/", include("apps.audit.subject_requests.urls")),
    path("views/", views.views, name="views"),
    path("views/new/", views.view_save, name="view_save"),
    path("views/<int:pk>/", views.view_change, name="view_change"),
    path("views/<int:pk>/delete/", views.view_delete, name="view_delete"),
    path("people/<int:user_id>/", views.person, name="person"),
    path("about/<subject:subject>/", views.about, name="about"),
    path("checkpoints/", checkpoints.checkpoints, name="checkpoints"),
    path("checkpoints/<int:size>/", checkpoints.checkpoint, name="checkpoint"),
    path("checkpoints/<int:size>/note/", checkpoints.checkpoint_note, name="checkpoint_note"),
    path("verify/", checkpoints.verify, name="verify"),
    path("verifications/<int:pk>/", checkpoints.verification, name="verification"),
    path("verify_export.py", verify_export, name="verify_export"),
    path("customers/<internal:customer_id>/", views.customer_history, name="customer_history"),
]
