"""How Sphinx makes the site of the pages that `scripts/site.py` has put together. Nothing is fetched from anywhere."""

from __future__ import annotations

project = "Customer Card for Microsoft Teams"
author = ""
html_title = "Customer Card"
extensions = ["myst_parser"]
root_doc = "docs/index"
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4
html_theme = "furo"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_permalinks_icon = "#"
# Fences like "```sh build" name what tests run; they are shell all the same.
suppress_warnings = ["toc.not_readable"]
