"""What the benches say at their end."""

from tests.bench.table import Line, Table


def test_what_was_missed_is_named_also_where_it_has_no_number(capsys):
    table = Table()
    table.add(Line("S1", "figures of a product", 4, 1, 2))
    table.add(Line("", "inbox, the whole page: p95", 888, None, 300))
    table.add(Line("", "suggest while typing: p95", 100, None, 300))
    table.close()

    assert "3 figures; missed: S1, inbox, the whole page: p95." in capsys.readouterr().out


def test_nothing_missed_is_said_as_such(capsys):
    table = Table()
    table.add(Line("", "suggest while typing: p95", 100, None, 300))
    table.close()

    assert "1 figures; missed: nothing." in capsys.readouterr().out
