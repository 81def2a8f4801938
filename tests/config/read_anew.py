"""A module of the project as another environment has it, without the second that a process of its own takes."""

import importlib.util
import os
from types import ModuleType
from unittest import mock

from django.conf import settings


def read_anew(path: str, **environment: str) -> ModuleType:
    """Run the module at `path` with these variables and no others. Raises what the module raises."""
    spec = importlib.util.spec_from_file_location("read_anew", settings.BASE_DIR / path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(os.environ, environment, clear=True):
        spec.loader.exec_module(module)
    return module
