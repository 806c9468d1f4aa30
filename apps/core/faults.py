"""Everything that is wrong with a form, said at once: whoever typed it corrects it once."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from django import forms

from apps.core.errors import BadInput, Conflict, ConsoleError


class Faults:
    """What checks find wrong, each of them tried.

    with faults: check_name(name)
    with faults: check_day(day)
    faults.tell()
    """

    def __init__(self) -> None:
        self.found: list[ConsoleError] = []

    def __enter__(self) -> "Faults":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        # A conflict that is about no field is about the whole act: nothing else matters then.
        if not isinstance(error, BadInput) and not (isinstance(error, Conflict) and error.field):
            return False
        self.found += [error, *error.also]
        return True

    def tell(self) -> None:
        """Raises: the first thing found, with the others as its `also`"""
        if self.found:
            first, *first.also = self.found
            raise first


def each(checks: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """What every check gives, by its name. Raises: what they find wrong, all of it"""
    faults, found = Faults(), {}
    for name, check in checks.items():
        with faults:
            found[name] = check()
    faults.tell()
    return found


def tell(form: forms.BaseForm, error: ConsoleError) -> None:
    """Put what a service says beside the fields it is about, or above all of them."""
    for one in (error, *error.also):
        field = one.field if one.field in form.fields else None
        form.add_error(field, one.words)


def focus_on_mistake(form: forms.BaseForm) -> None:
    """The page that comes back begins where something has to be corrected."""
    for name in form.fields:
        if name in form.errors:
            form.fields[name].widget.attrs["autofocus"] = True
            return
