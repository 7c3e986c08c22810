"""Documents in, versions of definitions out; what does not compile changes nothing of what is served."""

from actions.loading.drift import Drift, DriftReport, find_drift
from actions.loading.load import check_paths, compile_paths, load_paths
from actions.loading.reports import LoadReport, Saved
from actions.loading.saving import DefinitionChanged, Edit
from actions.loading.texts import ADMIN, Prepared, lock_definitions, prepare, save_all, save_definition, save_prepared

__all__ = [
    "ADMIN",
    "DefinitionChanged",
    "Drift",
    "DriftReport",
    "Edit",
    "LoadReport",
    "Prepared",
    "Saved",
    "check_paths",
    "compile_paths",
    "find_drift",
    "load_paths",
    "lock_definitions",
    "prepare",
    "save_all",
    "save_definition",
    "save_prepared",
]
