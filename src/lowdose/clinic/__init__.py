"""The clinic: the web application where a course is planned, prepared, kept and answered.

    site        where data and keys lie, and by which address people come     -> settings
    models      what is stored: people, courses, diaries, preparations, the audit trail
    permits     who may do what to which object: the one table
    verbs       what can be done, each in one transaction with its record in the audit trail
    pages api   how people and programs do it: parse, call one verb, show
    exchange    FHIR, REDCap, one course as a zip
    operate     serve, backup, restore, check

Pages never load JAX; whatever must be computed goes to the worker through the task queue.
"""
