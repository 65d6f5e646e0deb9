"""What the server calls the app it serves."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from gatehouse.web import app_of

ROOT = Path(__file__).resolve().parents[3]


def test_a_build_is_named_by_its_release_and_its_first_script(tmp_path: Path) -> None:
    page = '<script type="module" crossorigin src="/assets/index-C4_z-x.js"></script>'
    (tmp_path / "index.html").write_text(f"<head>{page}</head>", "utf-8")
    release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert app_of(tmp_path) == f"{release}+index-C4_z-x.js"


def test_what_is_no_build_has_no_name(tmp_path: Path) -> None:
    assert app_of(tmp_path) is None
    (tmp_path / "index.html").write_text("<p>not us</p>", "utf-8")
    assert app_of(tmp_path) is None


def test_both_halves_are_of_one_release() -> None:
    """Else no device would ever run what its server serves."""
    app = json.loads((ROOT / "frontend" / "package.json").read_text("utf-8"))["version"]
    assert app == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
