"""Charts: one small specification, drawn as SVG for pages, files, notebooks and printed sheets."""
