"""A router's memory in a file: written soon after a change, whole or not at all."""

import json
import os


def save(path, data):
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(data))
    os.replace(temporary, path)


def load(path):
    """Return what was saved, None when nothing was.

    :raises ValueError: when the file is not what `save` wrote
    """
    if not path.exists():
        return None
    return json.loads(path.read_text())
