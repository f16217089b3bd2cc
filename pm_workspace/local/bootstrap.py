"""From a clone to an environment: what is pinned is installed, what is there is left alone.

Run by the machine's own Python, so it knows only the standard library:
`python3 pm_workspace/local/bootstrap.py [--tests]`. Each part leaves the hash of what it was made
from; when that has not changed, nothing happens.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

OLDEST_PYTHON = (3, 11)
BASE = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = BASE / ".venv"
ASSETS = BASE / ".assets"
PACKAGES = BASE / "node_modules"
ICON_LIST = BASE / "static" / "icons.txt"

# The files pages use, by package; the other 150 MB stay where npm put them.
FILES = {
    "@tabler/core": ("dist/css/tabler.min.css",),
    "@fontsource-variable/inter": ("wght.css", "files/*-wght-normal.woff2"),
    "dejavu-fonts-ttf": (
        "ttf/DejaVuSans.ttf",
        "ttf/DejaVuSans-Bold.ttf",
        "ttf/DejaVuSans-Oblique.ttf",
        "ttf/DejaVuSans-BoldOblique.ttf",
        "ttf/DejaVuSansMono.ttf",
    ),
    "echarts": ("dist/echarts.min.js",),
    "sortablejs": ("Sortable.min.js",),
    "tom-select": ("dist/js/tom-select.complete.min.js", "dist/css/tom-select.bootstrap5.min.css"),
}
PIP_INSTALL = (
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--no-input",
    "--require-hashes",
)
UNPACKING = "Installing collected packages"  # pip's last line before a minute of silence
SECONDS_TO_SPEAK = 10.0  # where no terminal shows each second, a line so often
SOURCE_MAP = re.compile(r"(?m)^//# sourceMappingURL=.*$|/\*# sourceMappingURL=.*?\*/")


def main(arguments: list[str]) -> None:
    """Bring the environment and the front-end files up to date."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Python 3.11 or newer is needed; this is {found}. Try PYTHON=python3.12 make run")
    _packages("requirements.txt", "what PM Workspace stands on")
    try:
        _packages("requirements-meaning.txt", "what compares texts by meaning")
    except SystemExit as failure:  # no wheel for this machine, or no room: the rest works without
        _say(f"{str(failure)[-600:]}\nMeaning search stays off until this can be installed.")
    if "--tests" in arguments:
        _packages("requirements-dev.txt", "what tests and checks need")
    _front_end()


def _packages(name: str, what: str) -> None:
    wanted = BASE / name
    python = ENVIRONMENT / "bin" / "python"

    def install() -> None:
        if not python.exists():
            _say("making an environment of its own in .venv …")
            venv.create(ENVIRONMENT, with_pip=True, clear=ENVIRONMENT.exists())
        _run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--progress-bar",
                "off",
                "--require-hashes",
                "-r",
                wanted,
            ],
            "starting pip",
            fetching="Collecting ",
        )
        # so that `pytest` and other programs of the environment find the code from anywhere
        for packages in ENVIRONMENT.glob("lib/python3*/site-packages"):
            (packages / "pm_workspace.pth").write_text(f"{BASE}\n")

    made_from = [wanted.read_bytes(), sys.version.encode(), str(ENVIRONMENT).encode()]
    _unless_done(ENVIRONMENT / f".{wanted.stem}", made_from, f"installing {what}", install, python)


def _front_end() -> None:
    lock = (BASE / "package-lock.json").read_bytes()

    def fetch() -> None:
        command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
        _run([*_npm(), *command], "npm unpacks them", folder=BASE)

    _unless_done(PACKAGES / ".fetched", [lock], "fetching front-end packages", fetch)
    made_from = [lock, ICON_LIST.read_bytes(), Path(__file__).read_bytes()]
    _unless_done(ASSETS / ".copied", made_from, "copying front-end files", _copy_files)


def _npm() -> list[str | Path]:
    """npm of the machine, or one that is installed for us beside the environment."""
    own = shutil.which("npm")
    if own and shutil.which("node"):
        return [own]
    place = ENVIRONMENT / "node"
    found = list(place.glob("*/lib/node_modules/npm/bin/npm-cli.js"))
    if not found:
        _say("this machine has no Node; fetching one for this folder")
        pins = BASE / "pm_workspace" / "local" / "node.txt"
        python = ENVIRONMENT / "bin" / "python"
        _run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--quiet",
                "--require-hashes",
                "--target",
                place,
                "-r",
                pins,
            ],
            "fetching Node",
        )
        found = list(place.glob("*/lib/node_modules/npm/bin/npm-cli.js"))
    cli = found[0]
    node = cli.parents[4] / "bin" / "node"
    node.chmod(0o755)
    return [node, cli]


def _copy_files() -> None:
    vendor = ASSETS / "vendor"
    shutil.rmtree(vendor, ignore_errors=True)
    for package, patterns in FILES.items():
        folder = PACKAGES / package
        for pattern in patterns:
            for source in sorted(folder.glob(pattern)):
                inner = source.relative_to(folder) if "files" in pattern else Path(source.name)
                _copy(source, vendor / package / inner)
        for licence in folder.glob("LICEN*"):
            _copy(licence, vendor / package / licence.name)
    for name in ICON_LIST.read_text().split():
        source = PACKAGES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
        if not source.exists():
            sys.exit(f"static/icons.txt names “{name}”, which is not among Tabler's outline icons.")
        _copy(source, vendor / "icons" / source.name)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in {".js", ".css"}:
        target.write_text(SOURCE_MAP.sub("", source.read_text("utf-8")), "utf-8")
    else:
        shutil.copyfile(source, target)


def _unless_done(
    mark: Path, made_from: Iterable[bytes], what: str, act: Callable[[], None], *needs: Path
) -> None:
    """Act when the mark does not carry the hash of `made_from`, and set it afterwards."""
    digest = hashlib.sha256(b"\0".join(made_from)).hexdigest()
    if mark.exists() and mark.read_text() == digest and all(need.exists() for need in needs):
        return
    _say(f"{what} …")
    start = time.monotonic()
    act()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(digest)
    _say(f"{what}: done in {time.monotonic() - start:.0f} s")


class _Watch:
    """Says what is being done and for how long, so that no minute passes in silence.

    On a terminal one line changes each second; elsewhere a line comes every ten.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._since = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join()
        if sys.stdout.isatty():
            print("\r\033[K", end="", flush=True)

    def _tell(self) -> None:
        live = sys.stdout.isatty()
        while not self._over.wait(1.0 if live else SECONDS_TO_SPEAK):
            line = f"{self.text} · {time.monotonic() - self._since:.0f} s"
            if live:
                print(
                    f"\r\033[K  {line[: shutil.get_terminal_size().columns - 3]}",
                    end="",
                    flush=True,
                )
            else:
                _say(f"  {line}")


def _run(
    words: list[str | Path],
    doing: str,
    *,
    folder: Path | None = None,
    fetching: str = "",
) -> None:
    """Run a program; show what it does and what lines with `fetching` name; on failure all."""
    lines: list[str] = []
    with (
        _Watch(doing) as watch,
        subprocess.Popen(
            [str(word) for word in words],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        for line in process.stdout or []:
            lines.append(line)
            if fetching and line.startswith(fetching):
                watch.text = f"fetching {line.split()[1].split('==')[0]}"
            elif fetching and line.startswith(UNPACKING):
                watch.text = f"unpacking {line.count(',') + 1} packages"
    if process.returncode:
        sys.exit("".join(lines[-40:]) + f"\nThat failed: {' '.join(map(str, words))}")


def _say(text: str) -> None:
    print(f"[setup] {text}", flush=True)


if __name__ == "__main__":
    os.chdir(BASE)
    main(sys.argv[1:])
