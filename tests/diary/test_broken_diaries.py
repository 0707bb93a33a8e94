"""Every broken diary of the corpus is refused with exactly its message."""

import pytest
from broken_diaries import BROKEN, Broken

from lowdose.diary.read import read_diary
from lowdose.errors import InputError


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_broken_diary_is_refused_with_its_message(broken: Broken) -> None:
    with pytest.raises(InputError) as caught:
        read_diary(broken.data, options=broken.options, name="diary.csv")

    assert tuple(str(caught.value).split("\n")) == broken.says


def test_corpus_is_large_and_has_no_case_twice() -> None:
    names = [broken.name for broken in BROKEN]

    assert len(names) >= 60
    assert len(set(names)) == len(names)


def test_missing_file_is_an_input_error(tmp_path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: file: No such file"):
        read_diary(tmp_path / "nowhere.csv")


def test_folder_is_an_input_error(tmp_path) -> None:
    with pytest.raises(InputError, match="expected a file that can be read"):
        read_diary(tmp_path)


def test_file_above_the_size_limit_is_an_input_error() -> None:
    with pytest.raises(InputError, match="expected at most 50 MB; split the file by person"):
        read_diary(b"day,pain\n" + b"1,4\n" * 12_600_000)


def test_several_people_need_a_choice() -> None:
    with pytest.raises(InputError, match="choose one: --where person=NAME"):
        read_diary(b"person,day,pain\nann,1,4\nbob,1,5\n")
