"""Settings of the documentation site: Sphinx with pages in Markdown."""

import sys
from pathlib import Path

import lowdose

sys.path.insert(0, str(Path(__file__).parent))  # where our extensions are

project = "lowdose"
author = "The lowdose developers"
copyright = "2026, The lowdose developers"  # noqa: A001, a name that Sphinx reads
version = release = lowdose.__version__

extensions = ["myst_parser", "stories", "neighbours", "accessible"]
exclude_patterns = ["_build", "README.md"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "lowdose"
html_favicon = "../src/lowdose/clinic/static/clinic/icon.svg"
# The colours and letters of the reports (src/lowdose/report/templates/page.css).
html_theme_options = {
    "light_css_variables": {
        "font-stack": 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
        "font-stack--headings": (
            'Charter, "Iowan Old Style", "Source Serif 4", Cambria, Georgia, serif'
        ),
        "color-foreground-primary": "#1d2730",
        "color-foreground-secondary": "#55616b",
        "color-foreground-muted": "#55616b",
        "color-background-primary": "#ffffff",
        "color-background-secondary": "#f3f6f8",
        "color-background-hover": "#e3e8ec",
        "color-background-border": "#d5dce1",
        "color-brand-primary": "#0060a0",
        "color-brand-content": "#0060a0",
        "color-brand-visited": "#0060a0",
    },
    "dark_css_variables": {
        "color-foreground-primary": "#e8edf1",
        "color-foreground-secondary": "#a9b5be",
        "color-foreground-muted": "#a9b5be",
        "color-background-primary": "#14191e",
        "color-background-secondary": "#1c232a",
        "color-background-hover": "#2b343c",
        "color-background-border": "#36414a",
        "color-brand-primary": "#6cb8f0",
        "color-brand-content": "#6cb8f0",
        "color-brand-visited": "#6cb8f0",
    },
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
