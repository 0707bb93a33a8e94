"""Courses out of the clinic and days into it: FHIR, REDCap, CSV, and a whole course as one zip."""
