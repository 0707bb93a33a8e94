"""The REST API at /api/v1/; its OpenAPI description is /api/v1/openapi.json.

schemas     what goes in and out, with every limit
access      who it is (session or token), whether they may, how often
answers     how a fault is told: always {"faults": [...]}
routes      the addresses: parse, call one verb, answer
"""

from lowdose.clinic.api.routes import api as api
