"""Where kept files are handed to: what the settings name, each for one participant."""

from .folders import Folder
from .items import CannotHandOver, Destination, Item, Occupied, Stopped
from .named import known, names, opened
from .storages import Elsewhere

__all__ = [
    "CannotHandOver",
    "Destination",
    "Elsewhere",
    "Folder",
    "Item",
    "Occupied",
    "Stopped",
    "known",
    "names",
    "opened",
]
