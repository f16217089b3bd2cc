#!/usr/bin/env python
"""The command line of PM Workspace."""

import os
import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["up"]:  # stays without Django; what it starts does not
        from pm_workspace.local.supervisor import main

        main(sys.argv[2:])
        sys.exit()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pm_workspace.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
