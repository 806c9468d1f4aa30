"""Choosing a store: the open ones; what is set to one that has closed since stays chosen, and is named so."""

from typing import Any

from django import forms

from apps.staff.models import Store


class StoreField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own takes none
    """One of the open stores, or none where it is not required."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Store.objects.open(), **options)

    def keep(self, store: Store | None) -> None:
        """Offer this one too, which is set already."""
        if store is not None:
            self.queryset = Store.objects.open_or([store.pk])

    def label_from_instance(self, obj: Any) -> str:
        """Its name, and that it is closed."""
        return str(obj.named)
