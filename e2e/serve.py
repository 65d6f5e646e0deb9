"""`gatehouse` with another build of the app: `python -m e2e.serve <folder of the build> serve`.

With `--later` behind it, the server is of a later release too: it knows a second version of a kind.
"""

import sys
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

from tests.versions import released

import gatehouse.cli


def main(build: str, *arguments: str) -> int:
    later = released() if "--later" in arguments else nullcontext()
    with later, patch("gatehouse.app.built_app", lambda: Path(build)):
        return gatehouse.cli.main([one for one in arguments if one != "--later"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
