"""`manage.py import_data`: the importer from the terminal."""

import pytest
from django.core.management import CommandError, call_command

from products.models import Supplier
from workspaces.imports.models import ImportRun

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(owner, kind, tmp_path, capsys):
    """Call the command on a file with this content; returns what it printed."""

    def call(*contents: str, **options) -> str:
        paths = []
        for number, content in enumerate(contents):
            path = tmp_path / f"file{number}.csv"
            path.write_text(content)
            paths.append(str(path))
        call_command("import_data", "suppliers", *paths, workspace=owner.workspace.slug, **options)
        return capsys.readouterr().out

    return call


def test_files_are_imported_one_after_another_with_a_summary(run):
    out = run("name\nAcme\nBolt\n", "name\nBolt\nCord\n")

    assert "file0.csv: 2 rows, 0 with problems" in out
    assert "2 suppliers created" in out
    assert "2 rows read: 1 made something new, 0 changed something, 1 unchanged, 0 left out" in out
    assert Supplier.objects.count() == 3


def test_a_dry_run_changes_nothing(run):
    assert "2 rows" in run("name\nAcme\nBolt\n", dry_run=True)
    assert not Supplier.objects.exists()
    assert not ImportRun.objects.exists()


def test_problems_fail_the_command_and_change_nothing(run, capsys):
    with pytest.raises(CommandError, match="Nothing was changed"):
        run("name,amount\nAcme,1\nBolt,many\n")

    assert "line 3, Amount: “many” is not a number." in capsys.readouterr().err
    assert not Supplier.objects.exists()


def test_good_rows_go_in_when_asked(run):
    run("name,amount\nAcme,1\nBolt,many\n", keep_good=True)

    assert Supplier.objects.get().name == "Acme"


def test_columns_are_mapped_by_hand(run):
    run("Firma,Wert\nAcme,1\n", map=["name=Firma", "amount=Wert"])

    assert Supplier.objects.get().name == "Acme"


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("", {}, "empty"),
        ("name\nA\n", {"map": ["name"]}, "FIELD=COLUMN"),
        ("name\nA\n", {"map": ["name=Nowhere"]}, "no column “Nowhere”"),
        ("name\nA\n", {"preset": "nobody"}, "no preset “nobody”"),
        ("name\nA\n", {"email": "stranger@example.com"}, "not a member"),
    ],
)
def test_a_refusal_is_an_error_in_words(run, content, options, words):
    with pytest.raises(CommandError, match=words):
        run(content, **options)

    assert not Supplier.objects.exists()
