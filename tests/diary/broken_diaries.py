"""Broken diaries, each with the whole message a person must see. One `Broken` per way to break.

The source is called diary.csv throughout. `says` holds the lines of the message in full.
"""
# ruff: noqa: E501 (messages are kept whole, so that they can be searched for)

from __future__ import annotations

from dataclasses import dataclass, field

from lowdose.diary.entries import Kind
from lowdose.diary.options import ReadOptions

__all__ = ["BROKEN", "Broken"]


@dataclass(frozen=True)
class Broken:
    """A file, how it is read, and what the message must say."""

    name: str
    data: bytes
    says: tuple[str, ...]
    options: ReadOptions = field(default_factory=ReadOptions)


def _of(name: str, text: str, *says: str, **options: object) -> Broken:
    return Broken(name, text.encode(), says, ReadOptions(**options))  # type: ignore[arg-type]


BROKEN: tuple[Broken, ...] = (
    Broken(
        "empty_file",
        b"",
        ("diary.csv: content: nothing, expected a header row and at least one day",),
    ),
    Broken(
        "only_blank_lines",
        b"\r\n\r\n",
        ("diary.csv: content: nothing, expected a header row and at least one day",),
    ),
    Broken(
        "only_a_mark",
        b"\xef\xbb\xbf",
        ("diary.csv: content: nothing, expected a header row and at least one day",),
    ),
    _of(
        "header_only",
        "day,pain\n",
        "diary.csv: content: a header row only, expected at least one day below it",
    ),
    Broken(
        "windows_1252",
        b"day,pain,adverse\n1,4,\xdcbelkeit\n",
        (
            "diary.csv: row 2: byte dc at position 22, expected text in UTF-8; the file looks like Windows-1252 or Latin-1; in a spreadsheet choose 'Save as' and 'CSV UTF-8'",
        ),
    ),
    Broken(
        "utf_16_without_mark",
        b"d\x00a\x00y\x00,\x00p\x00a\x00i\x00n\x00\n\x001\x00,\x004\x00\n\x00",
        (
            "diary.csv: row 1: a NUL character, expected text; in a spreadsheet choose 'Save as' and 'CSV UTF-8'",
        ),
    ),
    Broken(
        "utf_16_cut_short",
        b"\xff\xfed\x00a\x00y\x00,\x00p\x00a\x00i\x00n\x00\n\x001\x00,\x004\x00\n",
        (
            "diary.csv: row 2: byte 0a at position 27, expected text in UTF-16; in a spreadsheet choose 'Save as' and 'CSV UTF-8'",
        ),
    ),
    Broken(
        "nul_in_the_middle",
        b"day,pain\n1,4\n2,\x005\n",
        (
            "diary.csv: row 3: a NUL character, expected text; in a spreadsheet choose 'Save as' and 'CSV UTF-8'",
        ),
    ),
    Broken(
        "workbook",
        b"PK\x03\x04\x14\x00\x06\x00",
        (
            "diary.csv: content: a spreadsheet workbook or zip archive, expected a text file (CSV); in a spreadsheet choose 'Save as' and 'CSV UTF-8'",
        ),
    ),
    Broken(
        "pdf",
        b"%PDF-1.7 ...",
        (
            "diary.csv: content: a PDF document, expected a text file (CSV); in a spreadsheet choose 'Save as' and 'CSV UTF-8'",
        ),
    ),
    _of(
        "one_column",
        "date\n2026-02-18\n",
        "diary.csv: row 1 (header): one column 'date', expected a day column and a symptom column; put a comma, semicolon, tab or bar between cells",
    ),
    _of(
        "unknown_delimiter",
        "date:pain\n2026-02-18:4\n",
        "diary.csv: row 1 (header): one column 'date:pain', expected a day column and a symptom column; put a comma, semicolon, tab or bar between cells",
    ),
    _of(
        "quote_never_closed",
        'day,pain,adverse\n1,4,"headache\n2,5,\n',
        "diary.csv: row 2: a quotation mark that is never closed, expected cells that can be told apart; look for a quotation mark in this row; inside a quoted cell it is written twice",
    ),
    _of(
        "quote_in_a_cell",
        'day,pain,adverse\n1,4,"head"ache\n',
        "diary.csv: row 2: text between a closing quotation mark and the next cell, expected cells that can be told apart; look for a quotation mark in this row; inside a quoted cell it is written twice",
    ),
    _of(
        "row_too_short",
        "day,dose_mg,pain\n1,0,4\n2,0\n",
        "diary.csv: row 3: 2 cells, expected 3, one for every name in the header; fill up the row with empty cells",
    ),
    _of(
        "row_too_long",
        "day,dose_mg,pain\n1,0,4\n2,4,5,6\n",
        "diary.csv: row 3: 4 cells, expected 3, one for every name in the header; put quotation marks around a cell that holds the delimiter, or a decimal comma",
    ),
    _of(
        "decimal_comma_in_a_comma_file",
        "day,dose_mg,pain\n1,4,5,6\n",
        "diary.csv: row 2: 4 cells, expected 3, one for every name in the header; put quotation marks around a cell that holds the delimiter, or a decimal comma",
    ),
    _of(
        "name_twice",
        "day,pain,Pain\n1,4,5\n",
        "diary.csv: row 1 (header): 2 columns called 'pain', expected every name once; rename one",
    ),
    _of(
        "name_missing",
        "day,,pain\n1,0,4\n",
        "diary.csv: row 1 (header): no name for column 2, expected a name for every column",
    ),
    _of(
        "name_with_a_line_break",
        'day,"pa\nin"\n1,4\n',
        "diary.csv: row 1 (header): 'pa\\nin', expected a printable name of at most 200 characters",
    ),
    _of(
        "no_day",
        "pain,fatigue\n4,5\n",
        "diary.csv: columns: pain, fatigue, expected a column date or day (or cycle, for one row a period); if it has another name, say --column date=NAME",
    ),
    _of(
        "day_by_another_name",
        "Datum,pain\n2026-02-18,4\n",
        "diary.csv: columns: Datum, pain, expected a column date or day (or cycle, for one row a period); if it has another name, say --column date=NAME",
    ),
    _of(
        "no_symptom",
        "day,dose_mg\n1,4.5\n",
        "diary.csv: columns: day, dose_mg, expected at least one symptom column",
    ),
    _of(
        "dose_without_unit",
        "day,dose,pain\n1,4.5,4\n",
        "diary.csv: column dose: a name that is rarely a symptom's, expected a symptom, or a name the diary format knows; if it is the dose in mg, rename it to dose_mg. Otherwise name all symptoms to read (--read), or leave it out (--ignore dose)",
    ),
    _of(
        "dose_misspelled",
        "day,dose_mgs,pain\n1,4.5,4\n",
        "diary.csv: column dose_mgs: a name that is rarely a symptom's, expected a symptom, or a name the diary format knows; if you mean dose_mg, rename it. Otherwise name all symptoms to read (--read), or leave it out (--ignore dose_mgs)",
    ),
    _of(
        "treatment_misspelled",
        "day,treatmnet,pain\n1,placebo,4\n",
        "diary.csv: column treatmnet: a name that is rarely a symptom's, expected a symptom, or a name the diary format knows; if you mean treatment, rename it. Otherwise name all symptoms to read (--read), or leave it out (--ignore treatmnet)",
    ),
    _of(
        "arm_as_number",
        "day,arm,pain\n1,0,4\n2,1,4\n",
        "diary.csv: column arm: a name that is rarely a symptom's, expected a symptom, or a name the diary format knows; if it says what was taken, say --column treatment=arm. Otherwise name all symptoms to read (--read), or leave it out (--ignore arm)",
    ),
    _of(
        "identifier_as_number",
        "id,day,pain\n7,1,4\n",
        "diary.csv: column id: a name that is rarely a symptom's, expected a symptom, or a name the diary format knows; if it says who, say --column person=id. Otherwise name all symptoms to read (--read), or leave it out (--ignore id)",
    ),
    _of(
        "text_column",
        "day,pain,weather\n1,4,sun\n2,5,rain\n3,4,sun\n",
        "diary.csv: column weather: text such as 'sun' in row 2, expected a symptom with a number from 0 to 10 or an empty cell; leave it out (--ignore weather), or name all symptoms to read (--read)",
    ),
    _of(
        "long_without_value",
        "day,symptom,pain\n1,pain,4\n",
        "diary.csv: column symptom: a name that is rarely a symptom's, expected a symptom, or a name the diary format knows; the long form needs both a column item and a column value. Otherwise name all symptoms to read (--read), or leave it out (--ignore symptom)",
    ),
    _of(
        "role_twice",
        "day,pain,entered,entered_at\n1,4,,\n",
        "diary.csv: header: entered, entered_at, expected one entered column; say --column entered=NAME",
    ),
    _of(
        "wanted_column_missing",
        "day,pain\n1,4\n",
        "diary.csv: --column treatment: 'condition', expected a column of the file; known here: day, pain",
        columns={"treatment": "condition"},
    ),
    _of(
        "wanted_symptom_misspelled",
        "day,pain\n1,4\n",
        "diary.csv: --read: 'pian', expected a symptom of the file; did you mean 'pain'?",
        symptoms=("pian",),
    ),
    _of(
        "role_misspelled",
        "day,pain\n1,4\n",
        "diary.csv: --column: 'dosis', expected a role; known here: date, day, time, dose_mg, treatment, period, guess, adverse, entered, person, cycle, days and 2 more",
        columns={"dosis": "pain"},
    ),
    _of(
        "ignored_column_missing",
        "day,pain\n1,4\n",
        "diary.csv: --ignore: 'note', expected a column of the file; known here: day, pain",
        ignore=("note",),
    ),
    _of(
        "where_finds_nothing",
        "day,pain,site\n1,4,left\n2,5,right\n",
        "diary.csv: where: 'site is both', expected at least one row like this; column site holds 'left', 'right'",
        where={"site": "both"},
        symptoms=("pain",),
    ),
    _of(
        "scale_of_no_symptom",
        "day,pain\n1,4\n",
        "diary.csv: scale of pains: 'pains', expected a symptom of the file; did you mean 'pain'?",
        scale={"pains": (0, 100)},
    ),
    _of(
        "scale_upside_down",
        "day,pain\n1,4\n",
        "diary.csv: scale: '10 to 0', expected two numbers, the lower one first",
        scale=(10, 0),
    ),
    _of(
        "aggregate_without_treatment",
        "cycle,pain\n1,4\n2,5\n",
        "diary.csv: columns: cycle, pain, expected a column treatment or dose_mg",
    ),
    _of(
        "word_for_a_number",
        "day,pain\n1,4\n2,eleven\n3,5\n",
        "diary.csv: row 3, column pain: 'eleven', expected a number from 0 to 10 or an empty cell",
    ),
    _of(
        "above_the_scale",
        "day,pain\n1,4\n2,11\n",
        "diary.csv: row 3, column pain: '11', expected a number from 0 to 10 or an empty cell; if the scale is another one, say for example --scale 0-100",
    ),
    _of(
        "below_the_scale",
        "day,pain\n1,-1\n2,4\n",
        "diary.csv: row 2, column pain: '-1', expected a number from 0 to 10 or an empty cell; if the scale is another one, say for example --scale 0-100",
    ),
    _of(
        "another_scale",
        "day,mood\n1,51\n2,52\n3,53\n4,54\n5,55\n6,56\n7,57\n",
        "diary.csv: column mood: 7 of 7 cells off the scale, first '51' in row 2, expected a number from 0 to 10 or an empty cell; if the scale is another one, say for example --scale 0-100",
    ),
    _of(
        "rating_with_its_end",
        "day,pain\n1,4/10\n2,5\n",
        "diary.csv: row 2, column pain: '4/10', expected a number from 0 to 10 or an empty cell",
    ),
    _of(
        "infinite_rating",
        "day,pain\n1,inf\n2,5\n",
        "diary.csv: row 2, column pain: 'inf', expected a number from 0 to 10 or an empty cell",
    ),
    _of(
        "underscore_in_a_number",
        "day,pain\n1,1_0\n2,5\n",
        "diary.csv: row 2, column pain: '1_0', expected a number from 0 to 10 or an empty cell",
    ),
    _of(
        "digits_of_another_script",
        "day,pain\n1,٤\n2,5\n",
        "diary.csv: row 2, column pain: '٤', expected a number from 0 to 10 or an empty cell",
    ),
    _of(
        "comma_among_points",
        'day,pain\n1,4.5\n2,"4,5"\n3,5.5\n',
        "diary.csv: row 3, column pain: '4,5', expected a number from 0 to 10 or an empty cell; the file has decimal points elsewhere",
    ),
    _of(
        "point_among_commas",
        "day;pain\n1;4,5\n2;4.5\n3;5,5\n",
        "diary.csv: row 3, column pain: '4.5', expected a number from 0 to 10 or an empty cell; the file has decimal commas elsewhere",
    ),
    _of(
        "thousands_or_decimals",
        'day,steps\n1,"1,234"\n2,"2,345"\n',
        "diary.csv: row 2, column steps: '1,234', expected a number without a thousands mark; if the comma is the decimal mark, say --decimal ','",
        scale=(0, 20000),
    ),
    _of(
        "count_with_a_fraction",
        "day,attacks\n1,2\n2,1.5\n",
        "diary.csv: row 3, column attacks: '1.5', expected a whole number, 0 or more, or an empty cell",
        kind=Kind.COUNT,
    ),
    _of(
        "count_below_nothing",
        "day,attacks\n1,2\n2,-1\n",
        "diary.csv: row 3, column attacks: '-1', expected a whole number, 0 or more, or an empty cell",
        kind=Kind.COUNT,
    ),
    _of(
        "maybe_for_yes_or_no",
        "day,migraine\n1,yes\n2,maybe\n",
        "diary.csv: row 3, column migraine: 'maybe', expected yes or no (or 1 or 0), or an empty cell",
        kind=Kind.BINARY,
    ),
    _of(
        "yes_or_no_not_declared",
        "day,migraine\n1,yes\n2,no\n3,no\n",
        "diary.csv: column migraine: text such as 'yes' in row 2, expected a symptom with a number from 0 to 10 or an empty cell; if this is a yes-or-no symptom, say --kind migraine=binary",
    ),
    _of(
        "nothing_rated",
        "day,pain\n1,\n2,\n",
        "diary.csv: ratings: none, expected at least one rating in one of the symptom columns",
    ),
    _of(
        "dose_below_nothing",
        "day,dose_mg,pain\n1,-1,4\n",
        "diary.csv: row 2, column dose_mg: '-1', expected a dose from 0 to 50 mg, or an empty cell if unknown",
    ),
    _of(
        "dose_ten_times",
        "day,dose_mg,pain\n1,4.5,4\n2,60,4\n",
        "diary.csv: row 3, column dose_mg: '60', expected a dose from 0 to 50 mg, or an empty cell if unknown; did you mean 6?",
    ),
    _of(
        "dose_in_micrograms",
        "day,dose_mg,pain\n1,4500,4\n",
        "diary.csv: row 2, column dose_mg: '4500', expected a dose from 0 to 50 mg, or an empty cell if unknown; if it is in micrograms, write 4.5",
    ),
    _of(
        "dose_with_wrong_unit",
        "day,dose_mg,pain\n1,4500 mcg,4\n",
        "diary.csv: row 2, column dose_mg: '4500 mcg', expected a dose from 0 to 50 mg, or an empty cell if unknown; in mg this is 4.5",
    ),
    _of(
        "dose_in_words",
        "day,dose_mg,pain\n1,one capsule,4\n",
        "diary.csv: row 2, column dose_mg: 'one capsule', expected a dose from 0 to 50 mg, or an empty cell if unknown",
    ),
    _of(
        "guess_as_bare_percentage",
        "day,guess,pain\n1,65,4\n",
        "diary.csv: row 2, column guess: '65', expected a probability from 0 to 1, a percentage like 65%, active, placebo or unsure; write percentages with their sign: 65%",
    ),
    _of(
        "guess_in_words",
        "day,guess,pain\n1,probably,4\n",
        "diary.csv: row 2, column guess: 'probably', expected a probability from 0 to 1, a percentage like 65%, active, placebo or unsure",
    ),
    _of(
        "naltrexone_on_placebo",
        "day,treatment,dose_mg,pain\n1,placebo,4.5,4\n2,naltrexone,4.5,4\n",
        "diary.csv: row 2, column dose_mg: 4.5 mg with treatment 'placebo', expected 0 or an empty cell on a day without naltrexone; correct the dose or the treatment",
    ),
    _of(
        "week_as_symptom",
        "day,week,pain\n1,1,4\n8,2,5\n",
        "diary.csv: column week: a name that is rarely a symptom's, expected a symptom, or a name the diary format knows; if it only counts, leave it out. Otherwise name all symptoms to read (--read), or leave it out (--ignore week)",
    ),
    _of(
        "one_note_among_ratings",
        "day,pain,notes\n1,4,\n2,5,slept well\n",
        "diary.csv: row 3, column notes: 'slept well', expected a number from 0 to 10 or an empty cell; leave it out (--ignore notes), or name all symptoms to read (--read)",
    ),
    _of(
        "formula",
        "day,treatment,pain\n1,=A1,4\n",
        "diary.csv: row 2, column treatment: '=A1', expected text; a spreadsheet formula is not read",
    ),
    _of(
        "person_missing",
        "person,day,pain\nann,1,4\n,2,4\n",
        "diary.csv: row 3, column person: '', expected the person this row is about",
    ),
    _of(
        "no_such_day",
        "date,pain\n2026-02-30,4\n2026-03-01,4\n",
        "diary.csv: row 2, column date: '2026-02-30', expected a date like 2026-02-18; is there such a day? Years run from 1900 to 2100",
    ),
    _of(
        "day_or_month_first",
        "date,pain\n03/04/2026,4\n04/04/2026,5\n",
        "diary.csv: row 2, column date: '03/04/2026', expected a date whose day and month cannot be mixed up, like 2026-02-18; say --dates day-first or --dates month-first",
    ),
    _of(
        "swapped_by_a_spreadsheet",
        "date,pain\n2026-03-04,4\n13/03/2026,5\n",
        "diary.csv: row 3, column date: '13/03/2026', expected all dates in one form; some are year-first and some are not: a spreadsheet may have swapped day and month",
    ),
    _of(
        "two_digit_year",
        "date,pain\n18.02.26,4\n",
        "diary.csv: row 2, column date: '18.02.26', expected a date like 2026-02-18; write the year with four digits",
    ),
    _of(
        "spreadsheet_number",
        "date,pain\n46071,4\n",
        "diary.csv: row 2, column date: '46071', expected a date like 2026-02-18; this may be a spreadsheet's own number for 2026-02-18: format the column as text",
    ),
    _of(
        "day_first_but_declared_iso",
        "date,pain\n18/02/2026,4\n",
        "diary.csv: row 2, column date: '18/02/2026', expected a date like 2026-02-18",
        dates="iso",
    ),
    _of(
        "no_date",
        "date,pain\n2026-02-18,4\n,5\n",
        "diary.csv: row 3, column date: '', expected a date like 2026-02-18",
    ),
    _of(
        "year_out_of_reach",
        "date,pain\n0026-02-18,4\n",
        "diary.csv: row 2, column date: '0026-02-18', expected a date like 2026-02-18; is there such a day? Years run from 1900 to 2100",
    ),
    _of(
        "wrong_year",
        "date,pain\n2026-02-18,4\n2062-02-19,5\n",
        "diary.csv: row 3, column date: 13149 days after row 2, expected a gap of at most 3660 days; is the year right?",
    ),
    _of(
        "half_a_day",
        "day,pain\n1.5,4\n",
        "diary.csv: row 2, column day: '1.5', expected a whole number up to 100000",
    ),
    _of(
        "dates_called_day",
        "day,pain\n2026-02-18,4\n",
        "diary.csv: row 2, column day: '2026-02-18', expected a whole number up to 100000; if these are dates, say --column date=day",
    ),
    _of(
        "day_twice",
        "date,pain\n2026-02-18,4\n2026-02-19,5\n2026-02-18,6\n",
        "diary.csv: row 4, column date: the same day as row 2, expected one row a day, or different times; correct the day, add a column time, or say --same-day mean",
    ),
    _of(
        "time_twice",
        "date,time,pain\n2026-02-18,8:00,4\n2026-02-18,08:00,5\n",
        "diary.csv: row 3, column date: the same day and time as row 2, expected one row a day, or different times; correct the day, add a column time, or say --same-day mean",
    ),
    _of(
        "no_such_time",
        "date,time,pain\n2026-02-18,25:00,4\n",
        "diary.csv: row 2, column time: '25:00', expected a time like 21:30, or a word like morning or evening",
    ),
    _of(
        "two_doses_on_a_day",
        "day,time,dose_mg,pain\n1,8:00,1.5,4\n1,20:00,3,5\n",
        "diary.csv: row 3, column dose_mg: '3', expected '1.5' as in row 2 of the same day; write the day's total in every row",
    ),
    _of(
        "two_treatments_on_a_day",
        "day,time,treatment,pain\n1,8:00,placebo,4\n1,20:00,naltrexone,5\n",
        "diary.csv: row 3, column treatment: 'naltrexone', expected 'placebo' as in row 2 of the same day",
    ),
    _of(
        "dates_and_days_disagree",
        "date,day,pain\n2026-04-02,44,4\n2026-04-04,45,4\n",
        "diary.csv: row 3, column day: '45', expected 46, by the dates; correct one of the two, or leave one out (--ignore NAME)",
    ),
    _of(
        "entered_before_the_day",
        "date,entered,pain\n2026-02-18,2026-02-10T21:00,4\n",
        "diary.csv: row 2, column entered: '2026-02-10 21:00:00', expected a time on or after the day 2026-02-18",
    ),
    _of(
        "entered_in_words",
        "date,entered,pain\n2026-02-18,yesterday,4\n",
        "diary.csv: row 2, column entered: 'yesterday', expected a date and time like 2026-02-18T21:30",
    ),
    _of(
        "treatment_twice_a_cycle",
        "cycle,treatment,pain\n1,placebo,4\n1,placebo,5\n",
        "diary.csv: row 3: the same cycle and treatment as row 2, expected every treatment once a cycle; number the cycles, or tell the periods apart in a column period",
    ),
    _of(
        "days_below_one",
        "cycle,treatment,days,pain\n1,placebo,0,4\n",
        "diary.csv: row 2, column days: '0', expected a whole number of days, 1 or more",
    ),
    _of(
        "long_without_symptom",
        "day,symptom,value\n1,,4\n",
        "diary.csv: row 2, column symptom: '', expected the name of a symptom",
    ),
    _of(
        "long_rating_twice",
        "day,symptom,value\n1,pain,4\n1,pain,5\n",
        "diary.csv: row 3, column day: the same day as row 2, expected one row a day, or different times; correct the day, add a column time, or say --same-day mean",
    ),
    _of(
        "redcap_two_dates",
        "record_id,redcap_repeat_instance,visit_date,diary_date,pain\n1,1,2026-02-18,2026-02-18,4\n",
        "diary.csv: header: visit_date, diary_date, expected one column with the day; say --column date=NAME",
    ),
    _of(
        "redcap_checkbox",
        "record_id,redcap_repeat_instance,date,pain,adverse___1\n1,1,2026-02-18,4,2\n",
        "diary.csv: row 2, column adverse___1: '2', expected 0 or 1",
    ),
    _of(
        "redcap_nothing_noted",
        "record_id,redcap_repeat_instance,date,pain\n1,,,\n",
        "diary.csv: rows: no diary entry, expected at least one row with a day",
    ),
    _of(
        "json_of_something_else",
        '{"resourceType": "Patient"}',
        "diary.csv: resourceType: 'Patient', expected a FHIR Bundle with entries",
    ),
    _of(
        "json_cut_short",
        '{"resourceType": "Bundle", "entry": [',
        "diary.csv: content: Expecting value: line 1 column 38 (char 37), expected a FHIR Bundle in JSON, or a CSV file",
    ),
    _of(
        "bundle_without_observations",
        '{"resourceType": "Bundle", "entry": []}',
        "diary.csv: Bundle: 0 entries, expected at least one Observation",
    ),
    _of(
        "observation_without_day",
        '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Observation", "code": {"text": "pain"}, "valueInteger": 4}}]}',
        "diary.csv: row 1: no effectiveDateTime, expected the day the Observation is about",
    ),
    _of(
        "observation_in_words",
        '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Observation", "code": {"text": "pain"}, "effectiveDateTime": "2026-02-18", "valueString": "bad"}}]}',
        "diary.csv: row 1: no value, expected a number in valueQuantity or valueInteger",
    ),
    _of(
        "many_faults_at_once",
        "date,dose_mg,pain\n2026-02-18,0,4\n2026-02-19,-1,eleven\n2026-02-30,4.5,5\n2026-02-18,4.5,12\n",
        "diary.csv: 5 faults",
        "row 3, column pain: 'eleven', expected a number from 0 to 10 or an empty cell",
        "row 3, column dose_mg: '-1', expected a dose from 0 to 50 mg, or an empty cell if unknown",
        "row 4, column date: '2026-02-30', expected a date like 2026-02-18; is there such a day? Years run from 1900 to 2100",
        "row 5, column pain: '12', expected a number from 0 to 10 or an empty cell; if the scale is another one, say for example --scale 0-100",
        "row 5, column date: the same day as row 2, expected one row a day, or different times; correct the day, add a column time, or say --same-day mean",
    ),
)
