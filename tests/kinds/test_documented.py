"""docs/imports.md says exactly what the columns are; the examples import as they stand."""

from pathlib import Path

import pytest

from products.catalog.models import Variant
from tests.factories.catalog import VariantFactory
from workspaces.imports.kinds import KINDS, PRESETS
from workspaces.imports.preset_parts import columns_in_words, example_row

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "imports.md"
OURS = ("products", "orders", "customers", "costs", "feedback")


@pytest.mark.parametrize("name", OURS)
def test_every_column_is_documented_as_it_is(name):
    assert columns_in_words(KINDS[name]) in PAGE.read_text()


def test_every_preset_is_documented():
    missing = [name for name in PRESETS if f"`{name}`" not in PAGE.read_text()]
    assert missing == []


@pytest.mark.parametrize("name", OURS)
def test_the_example_row_imports(member, import_files, tmp_path, name):
    example = example_row(KINDS[name].columns)
    if name in ("orders", "costs"):
        VariantFactory(workspace=member.workspace, sku=example["SKU"])
    if name == "feedback":
        handle = example["Handle"]
        made = VariantFactory(workspace=member.workspace, sku=example["SKU"])
        made.product.handle = handle
        made.product.save()
    path = tmp_path / f"{name}.csv"
    quoted = [",".join(f'"{cell}"' for cell in row) for row in (example, example.values())]
    path.write_text("\n".join(quoted))
    run = import_files(member.actor, name, path)
    assert (run.state, run.counts["errors"]) == ("done", 0)
    assert Variant.objects.exists() or name == "customers"
