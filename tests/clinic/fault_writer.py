"""Write a course's days one by one, and note each that was acknowledged, until killed.

python fault_writer.py FOLDER DATABASE COURSE FIRST-DAY ACKNOWLEDGED
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from lowdose.clinic.operate.start import load
from lowdose.clinic.site import Site

DAYS = 112


def main(folder: str, database: str, number: str, first_day: str, acknowledged: str) -> None:
    load(Site(Path(folder), database, second_factor=False))
    from lowdose.clinic.models import Course
    from lowdose.clinic.verbs.diary import Day, enter

    course = Course.objects.select_related("patient").get(pk=number)
    notes = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for count in range(DAYS):
        day = date.fromisoformat(first_day) + timedelta(days=count)
        # the same number each time: a device sends again what was not acknowledged
        sent = Day(
            id=uuid5(NAMESPACE_OID, f"{number} {day}"),
            day=day,
            written_at=datetime.combine(day, time(19), tzinfo=UTC),
            ratings={"pain": float(count % 11)},
            taken=True,
        )
        enter(course, [sent], actor=None, now=datetime.now(UTC))
        os.write(notes, f"{sent.id}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
