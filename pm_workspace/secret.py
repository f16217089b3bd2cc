"""The signing key of a workstation: made once, kept beside its data, never in the repository."""

import os
import secrets
from pathlib import Path


def workstation_key(state: Path) -> str:
    """The key of this state folder; two processes that start at once get the same one."""
    file = state / "secret_key"
    state.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(file)
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(48))
    return _read(file)


def _read(file: Path) -> str:
    """The key; a file that another process has created but not yet filled is waited for."""
    for _ in range(1_000):
        if key := file.read_text():
            return key
    raise RuntimeError(f"{file} is empty: delete it and start again.")
