import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that the unprivileged user of an embedded server may enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="colophon-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
