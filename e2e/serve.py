"""`gatehouse` with another build of the app: `serve.py <folder of the build> serve`."""

import sys
from pathlib import Path
from unittest.mock import patch

import gatehouse.cli


def main(build: str, *arguments: str) -> int:
    with patch("gatehouse.app.built_app", lambda: Path(build)):
        return gatehouse.cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
