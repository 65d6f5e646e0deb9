#!/bin/sh
# Print the Python to use, or name the one command that installs what this machine lacks.
# Needed: Python 3.11 or newer with its venv module, git and make. Everything else is fetched into .venv.

missing=
python=
for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
  if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$name; break; fi
done
[ -n "$python" ] || missing="$missing Python 3.11 or newer,"
if [ -n "$python" ] && ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then missing="$missing Python's venv module,"; fi
command -v git >/dev/null || missing="$missing git,"
command -v make >/dev/null || missing="$missing make,"

if [ -z "$missing" ]; then
  command -v "$python"
  exit 0
fi

sudo=sudo
[ "$(id -u)" = 0 ] && sudo=
if command -v apt-get >/dev/null; then
  # An older release may carry a newer Python beside its own: python3.10 is the default of Ubuntu 22.04.
  package=python3
  if [ -z "$python" ] && command -v python3 >/dev/null; then package=python3.11; fi
  command="${sudo:+$sudo }apt-get install -y $package $package-venv git make"
elif command -v dnf >/dev/null; then
  command="${sudo:+$sudo }dnf install -y python3 git make"
elif command -v brew >/dev/null; then
  command="brew install python git make"
elif [ "$(uname)" = Darwin ]; then
  command="xcode-select --install   (then Python from its own installer, or Homebrew: brew install python)"
else
  command="your package manager: install python3 (3.11 or newer, with venv), git and make"
fi
echo "This machine lacks${missing%,}. Install with:" >&2
echo "  $command" >&2
exit 1
