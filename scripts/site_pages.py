"""Makes the site from the pages of this repository, as they are: `python -m scripts.site_pages [FOLDER]`.

Pages keep their places, so that every link between them holds. Files that they link to come along. Whatever Sphinx
warns of (a link that leads nowhere, a heading that is not there) is an error.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "var" / "site"
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
_WHOLE_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|mailto:|#)([^)#\s]+)\)")
_FENCE = re.compile(r"^```(\w+) [^\n]+$", re.MULTILINE)
_WAY = '<!doctype html><meta http-equiv="refresh" content="0; url=docs/index.html"><title>Customer Card</title>\n'


def pages() -> list[Path]:
    """Every page, from the root of the repository."""
    above = [ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]
    found = [*above, *(ROOT / "docs").rglob("*.md"), *(ROOT / "connectors").rglob("README.md")]
    return sorted(page.relative_to(ROOT) for page in found)


def stage(folder: Path) -> None:
    """`folder` holds the pages, and the files that they link to."""
    for page in pages():
        text = (ROOT / page).read_text("utf-8")
        target = folder / page
        target.parent.mkdir(parents=True, exist_ok=True)
        # What follows the language of a fence is for our tests. A folder has no page.
        text = _WHOLE_LINK.sub(lambda found, at=page.parent: _without_folder(found, at), text)
        target.write_text(_FENCE.sub(r"```\1", text), "utf-8")
        for link in _LINK.findall(text):
            linked = (ROOT / page.parent / link).resolve()
            if linked.is_file() and linked.suffix != ".md" and linked.is_relative_to(ROOT):
                copy = folder / linked.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(linked, copy)


def _without_folder(found: re.Match[str], place: Path) -> str:
    return found[1] if (ROOT / place / found[2]).is_dir() else found[0]


def build(site: Path) -> int:
    """The site stands in `site`; 0, or what Sphinx says."""
    with tempfile.TemporaryDirectory() as folder:
        stage(Path(folder))
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
        done = subprocess.run([*command, "-c", str(ROOT / "scripts" / "site"), folder, str(site)], check=False)
    (site / "index.html").write_text(_WAY, "utf-8")
    return done.returncode


if __name__ == "__main__":
    place = Path(sys.argv[1]) if sys.argv[1:] else SITE
    result = build(place)
    print(f"{place}/index.html" if result == 0 else "the site has faults")
    raise SystemExit(result)
