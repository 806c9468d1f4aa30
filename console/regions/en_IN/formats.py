"""India: days as in the United Kingdom, numbers in lakhs. Django has no such region."""

from django.conf.locale.en_GB.formats import *  # type: ignore[import-untyped]  # noqa: F403

from console.regions.en_GB.formats import DATE_INPUT_FORMATS as DATE_INPUT_FORMATS

NUMBER_GROUPING = (3, 2, 0)
