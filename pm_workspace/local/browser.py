"""The browser that tests drive: found on the machine, or Debian's, installed where that is allowed.

`python -m pm_workspace.local.browser` says loudly when there is none.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_chromium() -> str:
    """Path of a Chromium: CHROMIUM of the environment, or one on the path; else empty."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return named if os.access(named, os.X_OK) else ""
    return next(filter(None, map(shutil.which, NAMES)), "")


def install_chromium() -> None:
    """Debian's package, where we are root on a Debian; failure is left to whoever looks next."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    surroundings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    print("[setup] no browser found; installing Debian's Chromium …", flush=True)
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(
            ["apt-get", "-qq", *words],
            env=surroundings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


def main() -> int:
    """0 always: tests without a browser still run, and say at their end what did not."""
    if not find_chromium():
        install_chromium()
    if not find_chromium():
        line = "No Chromium: the browser tests will NOT run. Install one or set CHROMIUM=/path."
        print(f"\n{'!' * len(line)}\n{line}\n{'!' * len(line)}\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
