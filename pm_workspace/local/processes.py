"""Starting servers as child processes that die with us, as root or as anybody."""

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import psutil

LINUX = sys.platform == "linux"
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def is_root() -> bool:
    """PostgreSQL refuses to run as root, so root needs another way."""
    return os.geteuid() == 0


def nobody() -> int:
    """A user id that is not root."""
    known = {entry.pw_uid for entry in pwd.getpwall()}
    usual = (uid for uid in (65534, 65533, 1000) if uid in known)
    return next(usual, None) or next(uid for uid in sorted(known) if uid)


@cache
def can_disguise() -> bool:
    """Whether a user namespace can show root as somebody else: then no file changes its owner."""
    pid = os.fork()
    if pid == 0:
        os._exit(0 if ctypes.CDLL(None).unshare(CLONE_NEWUSER) == 0 else 1)
    return os.waitpid(pid, 0)[1] == 0


def give_away(path: Path) -> None:
    """Where namespaces are forbidden: let `nobody` own `path`. Raises SystemExit when closed in."""
    os.chown(path, nobody(), -1)
    for folder in path.parents:
        if not folder.stat().st_mode & 0o001:
            raise SystemExit(
                f"{folder} is closed to other users and this container forbids user namespaces. "
                "Run as a normal user, move the project, or set DATABASE_URL."
            )


def frugal(state: Path) -> dict[str, str]:
    """The environment of our own programs: they share what they can and hold on to little.

    Where Python was told to write no bytecode beside the code, every start of every program would
    compile everything again and keep what that took; then it is kept in the state folder.
    """
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "pm_workspace.settings",
        "MALLOC_ARENA_MAX": "2",
        # Each worker would go over all models, addresses and templates again, and writing down who
        # looks at an object unshares it, 25 MB each. Whoever started this has migrated and checked.
        "CELERY_SKIP_CHECKS": "1",
    }
    if sys.dont_write_bytecode:
        environment["PYTHONDONTWRITEBYTECODE"] = ""
        environment["PYTHONPYCACHEPREFIX"] = str(state / "bytecode")
    return environment


def child_setup(dying: signal.Signals | None, *, unroot: bool = False) -> Callable[[], None]:
    """What runs between fork and exec: a session of its own, no root, and death with the parent.

    The death signal comes last, because a change of namespace clears it.
    """
    libc = _libc()
    uid = nobody() if unroot else None
    disguise = unroot and LINUX and can_disguise()

    def prepare() -> None:
        os.setsid()
        if uid is not None and disguise and libc:
            _become(libc, uid)
        elif uid is not None:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
        if dying:
            die_with_parent(dying)

    return prepare


def die_with_parent(number: signal.Signals) -> None:
    """Let the system send this process `number` when its parent ends, however that ends."""
    if libc := _libc():
        libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


@cache
def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if LINUX else None


def _become(libc: ctypes.CDLL, uid: int) -> None:
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} 0 1"),
        ("gid_map", f"{uid} 0 1"),
    ):
        Path(f"/proc/self/{name}").write_text(text)


def our_process(pid: int, *needles: str) -> psutil.Process | None:
    """The process of that id if it lives and its command line names a needle; ids are reused."""
    try:
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE and any(
            needle in word for word in process.cmdline() for needle in needles
        ):
            return process
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return None


def first_number(path: Path) -> int:
    """The process id on the first line of a pid file; 0 when there is none."""
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
