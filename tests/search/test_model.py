"""The model's weights on disk: mapped from a folder, they say what they say in memory."""

import pytest

from workspaces.search.model import Model, missing_parts

TEXT = "The zip of the jacket broke after two weeks"


@pytest.fixture(autouse=True)
def installed():
    if missing := missing_parts():
        pytest.skip(f"the language model is not installed: {', '.join(missing)}")


def test_unpacked_weights_mean_the_same_and_are_written_once(tmp_path):
    folder = tmp_path / "meaning"
    first = Model(folder).embed(TEXT)
    [place] = folder.iterdir()
    written = (place / "weights").stat().st_mtime_ns
    again = Model(folder).embed(TEXT)

    assert abs(first - Model().embed(TEXT)).max() < 1e-5
    assert abs(first - again).max() < 1e-5
    assert [one.name for one in folder.iterdir()] == [place.name]
    assert (place / "weights").stat().st_mtime_ns == written


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    in_the_way = tmp_path / "meaning"
    in_the_way.write_text("a file")
    assert abs(Model(in_the_way).embed(TEXT) - Model().embed(TEXT)).max() < 1e-5
