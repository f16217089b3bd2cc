"""The model's weights on disk: mapped from a folder, they say what they say in memory."""

import re
from pathlib import Path

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


def in_memory(file):
    """How much of a file this process holds in memory, kB."""
    held, ours = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            ours = line.endswith(f" {file}")
        elif ours and line.startswith("Rss:"):
            held += int(line.split()[1])
    return held


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells what is held")
def test_at_rest_the_weights_leave_memory_and_come_back(tmp_path):
    model = Model(tmp_path / "meaning")
    before = model.embed(TEXT)
    [weights] = (tmp_path / "meaning").glob("*/weights")
    assert in_memory(weights) > 10_000

    model.rest()

    assert in_memory(weights) == 0
    assert abs(model.embed(TEXT) - before).max() == 0
    assert in_memory(weights) > 10_000
