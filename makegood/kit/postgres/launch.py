"""Run by path as a small process of its own: become the server's user, die with the parent, turn into the program.

Usage: launch.py PARENT_PID UID GID SIGNAL PROGRAM ARGUMENT...

It stands on the standard library alone and imports everything before it drops root, for afterwards it may not be able
to read the interpreter's own folder.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    parent, uid, gid, death_signal = (int(each) for each in arguments[:4])
    program = arguments[4:]
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    _forget_signals()
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    # Only now: a change of credentials forgets the death signal, an exec keeps it.
    if prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it was gone before we asked, so nothing would tell us
        sys.exit("the process that started this one has ended")
    os.execv(program[0], program)  # noqa: S606 (a shell is what we avoid)


def _forget_signals() -> None:
    """Undo what Python and whoever started us ignore or block; an ignored SIGINT would let a server outlive us."""
    for each in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(each, signal.SIG_DFL)
        except OSError:
            continue  # reserved by the C library
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        os.write(2, f"FATAL: could not become the server's process: {error}\n".encode())
        os._exit(1)
