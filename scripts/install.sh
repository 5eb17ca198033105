#!/usr/bin/env bash
# Makes the virtual environment named by the first argument: Python 3.11, the locked packages, this project.
set -euo pipefail
venv=$1
python=$(command -v python3.11 || command -v python3)
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || {
  echo "Øverum needs Python 3.11; $python is $("$python" --version). Install python3.11 and run make again." >&2
  exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  # Debian keeps venv in a package of its own.
  echo "Installing Debian's python3-venv ..."
  as_root=$([ "$(id -u)" -eq 0 ] || echo sudo)
  $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends python3-venv
fi
echo "Making $venv from requirements.lock (about a minute and a half) ..."
"$python" -m venv --clear "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.lock
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
"$venv/bin/python" -m orchestration.dbt_manifest
echo "Installed."
