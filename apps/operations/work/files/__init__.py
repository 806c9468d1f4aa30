"""Files of long work: kept in the database in parts, read row by row, whatever their type."""

from apps.operations.work.files.keeping import keep
from apps.operations.work.files.opening import table_of

__all__ = ["keep", "table_of"]
