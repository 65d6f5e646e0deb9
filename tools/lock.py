"""Regenerate every lock file: hashed Python requirements for all supported platforms, and package-lock.json.

Hashes pin the bytes, so no lock names the place a package came from: a mirror serves as well as the public index.
"""

import re
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"

# One list per purpose. `dev` contains the other two, so that one install gives a whole working tree.
LOCKS = {
    "runtime": ["pyproject.toml"],
    "build": ["--group", "build"],
    "dev": ["pyproject.toml", "--group", "dev"],
}
HEADER = "# Locked by `make lock` for Python 3.11 to 3.14 on every platform; edit pyproject.toml instead.\n"


def lock_python(*, upgrade: bool) -> None:
    with TemporaryDirectory() as temporary:
        venv.create(temporary, with_pip=True)
        python = str(Path(temporary, "bin", "python"))
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
        REQUIREMENTS.mkdir(exist_ok=True)
        for name, sources in LOCKS.items():
            target = REQUIREMENTS / f"{name}.txt"
            command = [
                *[python, "-m", "uv", "pip", "compile", *sources],
                *["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"],
                *["--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--quiet"],
                *["--output-file", str(target)],
            ]
            subprocess.run([*command, "--upgrade"] if upgrade else command, cwd=ROOT, check=True)
            text = HEADER + target.read_text().removeprefix(HEADER)
            if found := re.search(r"https?://\S+|file:\S+", text):
                sys.exit(f"requirements/{name}.txt names an address: {found.group()}")
            target.write_text(text)
            print(f"requirements/{name}.txt: {len(re.findall(r'^[a-z0-9].*==', text, re.MULTILINE))} packages")


def lock_npm() -> None:
    from node import npm  # noqa: PLC0415 - the Python lock must work before Node is installed

    npm("install", "--package-lock-only", "--ignore-scripts")
    if '"resolved"' in (ROOT / "package-lock.json").read_text().replace('"resolved": "frontend"', "").replace(
        '"resolved": "sync/browser"', ""
    ):
        sys.exit("package-lock.json names an address: is omit-lockfile-registry-resolved set in .npmrc?")
    print("package-lock.json")


if __name__ == "__main__":
    lock_python(upgrade="--upgrade" in sys.argv)
    if "--python" not in sys.argv:
        lock_npm()
