"""Find the browser for the end-to-end tests, or install one. Screenshots also need fonts with Chinese characters."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The first is the same browser without its windows: a fifth less work for every page.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def system_browser() -> str | None:
    """Chromium or Chrome on this machine; None means the one that Playwright keeps for itself."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    return found or (str(MAC) if MAC.exists() else None)


def has_chinese_fonts() -> bool:
    if sys.platform == "darwin" or not shutil.which("fc-list"):
        return sys.platform == "darwin"
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def may_use_apt() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {' and '.join(packages)} …", flush=True)
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *command], env=environment, check=False, stdout=subprocess.DEVNULL).returncode:
            return False
    return True


def playwright_browser() -> bool:
    """Whether Playwright's own Chromium is here; a second install finds it and downloads nothing."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


def ensure() -> None:
    """Exits with one sentence when no browser can be had."""
    fonts = [] if has_chinese_fonts() else ["fonts-noto-cjk", "fontconfig"]
    # With certutil the journey on a network of one's own trusts its certificate as a person does; without, by a switch.
    certutil = [] if shutil.which("certutil") else ["libnss3-tools"]
    # Older releases of Debian have the browser in one piece only.
    browsers = [[]] if system_browser() else [["chromium-headless-shell"], ["chromium"]]
    wanted = [[*browser, *fonts] for browser in browsers]
    if any(wanted) and may_use_apt():
        any(apt_install(*packages, *certutil) for packages in wanted)
    if not system_browser() and not playwright_browser():
        sys.exit(
            "No browser for the end-to-end tests: install Chromium or Chrome (Debian: apt-get install -y chromium), "
            "then run the same command again."
        )
    if not has_chinese_fonts():
        print("No font with Chinese characters was found: screenshots will show empty boxes.")


if __name__ == "__main__":
    ensure()
