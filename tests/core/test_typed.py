"""What people type, as PostgreSQL can keep it."""

import pytest

from core.typed import is_keepable, one_line, some_lines, trimmed, without_nul


@pytest.mark.parametrize(
    ("clean", "typed", "kept"),
    [
        (without_nul, " a\x00b \n", " ab \n"),
        (trimmed, " \x00 a b\n ", "a b"),
        (some_lines, "\r\none\r\ntwo\x00\r\n", "one\ntwo"),
        (one_line, " a\x00\tb \r\n c ", "a b c"),
    ],
)
def test_no_nul_is_kept_and_blanks_only_where_they_mean_something(clean, typed, kept):
    assert clean(typed) == kept
    assert clean(typed, 2) == kept[:2]


@pytest.mark.parametrize(("text", "fine"), [("ü 😀", True), ("a\x00b", False), ("\ud83d", False)])
def test_what_no_database_keeps_is_told_apart(text, fine):
    assert is_keepable(text) is fine
