"""Settings of the documentation site: Sphinx with pages in Markdown."""

import lowdose

project = "lowdose"
author = "The lowdose developers"
copyright = "2026, The lowdose developers"  # noqa: A001, a name that Sphinx reads
version = release = lowdose.__version__

extensions = ["myst_parser"]
exclude_patterns = ["_build", "README.md"]
myst_heading_anchors = 3
# Files outside docs/ are linked as they are in the repository, and checked by tests/test_docs.py.
suppress_warnings = ["myst.xref_missing"]
html_theme = "furo"
html_title = "lowdose"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
