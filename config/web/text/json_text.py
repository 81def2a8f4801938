"""JSON that somebody else wrote."""

import json
from typing import Any


def read_json(text: str | bytes) -> Any:
    """The value of the text. Raises ValueError, also where it nests too deeply for Python."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error
