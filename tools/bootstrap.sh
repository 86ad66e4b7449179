#!/bin/sh
# Gets a Debian machine to where Python can take over, then hands over.
# Usage: tools/bootstrap.sh COMMAND (see `make help`). When every package of
# tools/debian-packages.txt is there it asks for nothing and needs no network.
set -euf
cd "$(dirname "$0")/.."
export PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin"
export LANG="${LANG:-C.UTF-8}"
log=var/log/packages.log
needed_mb=6000

fail() {
    printf '\nerror: %s\n' "$1" >&2
    exit 1
}

wanted_packages() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' tools/debian-packages.txt |
        if [ -n "${PGHOST:-}" ]; then grep -vx postgresql; else cat; fi
}

missing_packages() {
    for package in $(wanted_packages); do
        dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null |
            grep -qx installed || printf '%s ' "$package"
    done
}

read_free_mb() {
    free_mb=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
}

require_disk() {
    read_free_mb
    [ "$free_mb" -ge "$needed_mb" ] || fail "only $free_mb MB are free in $(pwd); \
the set-up needs $needed_mb MB. Free some space, or clone the project to a larger disk."
}

# Sets $as_root to what a command needs before it to run as root.
require_root() {
    as_root=
    [ "$(id -u)" = 0 ] && return
    missing_root="Debian packages are missing and installing them needs root. Log in as a \
user who may use sudo, or run this as root, then the command again:
  apt-get update && apt-get install --no-install-recommends $1"
    command -v sudo >/dev/null 2>&1 || fail "$missing_root"
    if [ -t 0 ]; then sudo -v; else sudo -n true 2>/dev/null; fi || fail "$missing_root"
    as_root=sudo
}

# Reads apt's status lines: a line of output for each 10 %, the rest to the log.
show_progress() {
    shown=
    while IFS= read -r line; do
        case $line in
        dlstatus:* | pmstatus:*)
            kind=${line%%:*}
            rest=${line#*:}
            rest=${rest#*:}
            percent=${rest%%[.:]*}
            step="$kind ${percent%?}"
            [ "$step" = "$shown" ] && continue
            shown=$step
            [ "$kind" = dlstatus ] && verb=downloading || verb=installing
            printf '  %s: %s %%\n' "$verb" "$percent"
            ;;
        # A full disk must not end this loop: apt, without a reader, would break off.
        *) printf '%s\n' "$line" >>"$log" || true ;;
        esac
    done
}

apt_get() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" 2>&1
}

explain_apt_failure() {
    read_free_mb
    reasons=$(grep '^E: ' "$log" | tail -n 3)
    if [ "$free_mb" -lt 10 ] || grep -Eq 'No space left|enough free space' "$log"; then
        fail "the disk is full. Free some space and run the command again. (Log: $log)"
    elif printf '%s' "$reasons" | grep -Eq 'Failed to fetch|Unable to (fetch|locate)'; then
        fail "Debian's packages cannot be fetched. Check the network (or the proxy) \
and /etc/apt/sources.list, then run the command again. (Log: $log)"
    fi
    fail "apt-get could not install the packages. (Log: $log)
$reasons"
}

install_packages() {
    command -v apt-get >/dev/null 2>&1 || fail "this is not a Debian system. \
Install what tools/debian-packages.txt lists by hand, on Debian 12 or later."
    require_disk
    require_root "$1"
    mkdir -p var/log
    : >"$log"
    echo "Debian packages (log: $log): $1"
    apt_get update >>"$log" || true
    # The status is lost in the pipe, so success leaves a mark in the log.
    { apt_get install --no-install-recommends -o APT::Status-Fd=1 \
        -o DPkg::Lock::Timeout=60 $1 &&
        echo 'packages installed'; } | show_progress
    tail -n 1 "$log" | grep -qx 'packages installed' || explain_apt_failure
}

missing=$(missing_packages)
[ -z "$missing" ] || install_packages "${missing% }"
# Debian's before another one of PATH: those that pyenv compiles are slower by a tenth.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
python=${PYTHON:-$python}
"$python" -c '' >/dev/null || fail "PYTHON=$python does not run. Name a Python 3.10 to \
3.13: make $1 PYTHON=/usr/bin/python3 (which Debian 12 has, 3.11)."
exec "$python" -m tools "$@"
