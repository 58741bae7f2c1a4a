#!/bin/bash
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Renew requirements.txt and requirements-dev.txt from their .in files: newest versions
# within pyproject.toml's ranges, with hashes and without download addresses. Works in a
# throw-away venv, so that the tool is no dependency of the project.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
.venv/bin/python -m venv "$scratch/venv"
# A wheel built on this machine has a hash that nobody else can match.
export PIP_FIND_LINKS=
"$scratch/venv/bin/pip" install -q pip-tools

for name in requirements requirements-dev; do
    "$scratch/venv/bin/pip-compile" -q --upgrade --generate-hashes --strip-extras \
        --allow-unsafe --no-header --no-emit-index-url --no-emit-trusted-host \
        --no-emit-find-links -o "$scratch/$name.txt" "$name.in"
    {
        echo "# Made from $name.in by \`make lock\`: exact pins, each with the hashes of its files."
        cat "$scratch/$name.txt"
    } >"$name.txt"
done
