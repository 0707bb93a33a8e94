"""Pages: parse with a form, call one verb, render. One file for each group of pages."""
