#!/bin/bash
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Make this machine ready: Debian packages for what is missing, then .venv with the
# pinned requirements. Says what it is about to do. A second run finds all done and
# returns at once. Without root or sudo it names the commands and exits 1. Arguments are
# further tools that somebody needs, as commands that Debian's packages are called after.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
venv=.venv
stamp=$venv/boardwright.stamp

# The packages whose commands, or parts, are not there.
missing_packages()
{
    local libgcc asan tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || echo "$tool"
    done
    command -v make >/dev/null || echo make
    command -v git >/dev/null || echo git
    command -v qemu-system-arm >/dev/null || echo qemu-system-arm
    command -v dot >/dev/null || echo graphviz
    libgcc=$(arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -print-libgcc-file-name 2>/dev/null || true)
    { [[ -n $libgcc && -f $libgcc ]] && command -v arm-none-eabi-objcopy >/dev/null; } ||
        echo gcc-arm-none-eabi
    # The sanitizers come with gcc: a compiler that cannot name libasan is not enough.
    asan=$(gcc -print-file-name=libasan.so 2>/dev/null || true)
    [[ -f $asan ]] || echo gcc
    [[ -f /usr/include/stdlib.h ]] || echo libc6-dev
    "$python" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
}

install_packages()
{
    local -a packages=("$@") root=()
    if [[ $(id -u) != 0 ]]; then
        command -v sudo >/dev/null && root=(sudo)
    fi
    if ! command -v apt-get >/dev/null || [[ $(id -u) != 0 && ${#root[@]} == 0 ]]; then
        echo "setup: these Debian packages are missing and need root to install:" >&2
        echo "    apt-get update" >&2
        echo "    apt-get install --no-install-recommends ${packages[*]}" >&2
        echo "setup: type that as root, then run this again" >&2
        exit 1
    fi
    echo "setup: installing Debian packages: ${packages[*]}"
    "${root[@]}" apt-get update -q
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${packages[@]}"
}

mapfile -t packages < <(missing_packages "$@")
if [[ ${#packages[@]} -gt 0 ]]; then
    install_packages "${packages[@]}"
    mapfile -t packages < <(missing_packages "$@")
    if [[ ${#packages[@]} -gt 0 ]]; then
        echo "setup: still missing after the installation: ${packages[*]}" >&2
        exit 1
    fi
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "setup: $("$python" --version) is too old, boardwright needs Python 3.11" >&2
    echo "setup: name a newer one with  make setup PYTHON=python3.11" >&2
    exit 1
fi

# What the venv was made for: a venv does not survive a move or another Python, so those
# make a new one; other pins only change what is in it.
place="$PWD $("$python" --version)"
pins=$(cat requirements.txt requirements-dev.txt pyproject.toml | sha256sum)
was_place= was_pins=
if [[ -x $venv/bin/python && -f $stamp ]]; then
    { read -r was_place && read -r was_pins; } <"$stamp" || true
fi
if [[ $was_place == "$place" && $was_pins == "$pins" ]]; then
    exit 0
fi

echo "setup: filling $venv with the pinned packages of requirements.txt and requirements-dev.txt"
if [[ $was_place != "$place" ]]; then
    "$python" -m venv --clear "$venv"
fi
printf '%s\nunfinished\n' "$place" >"$stamp"
pip=("$venv/bin/python" -m pip --disable-pip-version-check -q)
"${pip[@]}" install --require-hashes -r requirements.txt -r requirements-dev.txt
# Everything the build needs is pinned above, so nothing else is fetched here.
"${pip[@]}" install --no-deps --no-build-isolation -e .
printf '%s\n%s\n' "$place" "$pins" >"$stamp"
