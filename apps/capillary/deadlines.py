"""The adapter of requests whose connections keep a total deadline: see `apps.core.deadlines`."""

from typing import Any

from requests.adapters import HTTPAdapter

from apps.core.deadlines import HTTPPool, HTTPSPool


class DeadlineAdapter(HTTPAdapter):
    """Every wait of an exchange gets no more than what `clock` leaves."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": HTTPPool, "https": HTTPSPool}
