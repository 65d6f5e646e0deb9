"""What holds for every file of the tree: small files, no machine's or registry's name, a reason beside each ignore."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = {".py", ".ts", ".tsx", ".css", ".sh"}
LONGEST = 400  # lines; one noun or verb fits well below

# Joined here, so that this file does not find itself.
HOSTS = [
    ".".join(parts)
    for parts in [
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("npmmirror", "com"),
        ("tuna", "tsinghua", "edu"),
        ("mirrors", "aliyun", "com"),
    ]
]
MACHINES = ["/" + name for name in ("work/main", "work/shared", "root/", "tmp/brief", "opt/pypi")]


def files() -> list[Path]:
    """Every file that is in the repository or would be added to it."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> dict[str, str]:
    found = {}
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content:
            found[str(path.relative_to(ROOT))] = content.decode()
    return found


@pytest.fixture(scope="module")
def text_by_name() -> dict[str, str]:
    return texts()


def test_no_file_names_a_registry_or_a_machine(text_by_name: dict[str, str]) -> None:
    named = [f"{name}: {word}" for name, text in text_by_name.items() for word in [*HOSTS, *MACHINES] if word in text]
    assert named == []


def test_no_source_file_outgrows_its_noun(text_by_name: dict[str, str]) -> None:
    lengths = {name: text.count("\n") for name, text in text_by_name.items() if Path(name).suffix in SOURCE}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_ignore_states_its_reason(text_by_name: dict[str, str]) -> None:
    """`# noqa: CODE - reason`, `# type: ignore[code] # reason`; a bare one is a question for the next reader."""
    bare = re.compile(r"#\s*(?:noqa(?::\s*[A-Z0-9, ]+)?|type:\s*ignore(?:\[[^\]]*\])?)\s*$")
    found = [
        f"{name}:{number}"
        for name, text in text_by_name.items()
        if name.endswith(".py")
        for number, line in enumerate(text.splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_every_text_ends_with_one_newline(text_by_name: dict[str, str]) -> None:
    ragged = [name for name, text in text_by_name.items() if text and (not text.endswith("\n") or "\r\n" in text)]
    assert ragged == []
