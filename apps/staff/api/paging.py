"""What every list takes: a cursor backwards, and how many rows a page."""

from drf_spectacular.utils import OpenApiParameter

from apps.staff.api.base import LARGEST, USUAL

PAGING = (
    OpenApiParameter("before", int, description="Rows before this id: follow `next` instead of counting."),
    OpenApiParameter("limit", int, description=f"How many a page, at most {LARGEST}; usually {USUAL}."),
)
