"""Whether docs/openapi.yaml is the document the code makes now, and a valid one."""

import os
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

from pm_workspace.local.places import BASE_DIR

COMMITTED = BASE_DIR / "docs" / "openapi.yaml"


def main() -> int:
    """1 when they differ; Django's command raises for an invalid one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pm_workspace.settings")
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / COMMITTED.name
        call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
        if made.read_bytes() == COMMITTED.read_bytes():
            return 0
    print("docs/openapi.yaml is not what the code makes. Run `make schema` and commit it.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
