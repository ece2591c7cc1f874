# Sourced by the other scripts: where they stand, and how they speak.
# shellcheck shell=sh
set -eu
unset CDPATH
cd "$(dirname "$0")/.."

say() { printf '%s\n' "· $*"; }

# One line that says what is wrong, and one that says the way out.
stop() {
    printf '%s\n' "✗ $1" >&2
    shift
    for line in "$@"; do printf '%s\n' "  $line" >&2; done
    exit 1
}

# Two at once (make setup in one window, make test in another) wait for each other here.
alone() {
    mkdir -p .venv
    command -v flock >/dev/null 2>&1 || return 0
    exec 9>".venv/.alone"
    flock -n 9 || { say "waiting for another set-up of this folder to end"; flock 9; }
}
