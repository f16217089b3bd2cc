"""Where a checkout keeps its state, and where its sockets can stand. Knows no Django."""

import hashlib
import os
import tempfile
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107, macOS 103


def state_dir() -> Path:
    """`PM_STATE`, or `var` in the checkout."""
    return Path(os.environ.get("PM_STATE") or BASE_DIR / "var").absolute()


def socket_dir(state: Path) -> Path:
    """A 0700 folder for Unix sockets: in the state folder, or in temp when the path is too long."""
    place = state / "run"
    if len(os.fsencode(place / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
        place = Path(tempfile.gettempdir()) / f"pm-{os.getuid()}-{digest}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.chmod(0o700)
    return place
