"""The search index: the languages' configurations, an entry for each record, and its meaning."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace
from workspaces.search.languages import drop_configurations, make_configurations


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0015_following"),
    ]

    operations = [
        migrations.RunSQL(make_configurations(), drop_configurations()),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(help_text="Such as products.product.", max_length=60)),
                ("object_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("folded", models.CharField(max_length=600)),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("body", models.TextField(blank=True)),
                ("language", models.CharField(max_length=2)),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.RawSQL(
                            "array_to_tsvector(keys) || setweight(to_tsvector('public.pm_simple', title) || CASE language WHEN 'da' THEN to_tsvector('public.pm_danish', title) WHEN 'de' THEN to_tsvector('public.pm_german', title) WHEN 'en' THEN to_tsvector('public.pm_english', title) WHEN 'es' THEN to_tsvector('public.pm_spanish', title) WHEN 'fi' THEN to_tsvector('public.pm_finnish', title) WHEN 'fr' THEN to_tsvector('public.pm_french', title) WHEN 'hu' THEN to_tsvector('public.pm_hungarian', title) WHEN 'it' THEN to_tsvector('public.pm_italian', title) WHEN 'nl' THEN to_tsvector('public.pm_dutch', title) WHEN 'no' THEN to_tsvector('public.pm_norwegian', title) WHEN 'pt' THEN to_tsvector('public.pm_portuguese', title) WHEN 'ro' THEN to_tsvector('public.pm_romanian', title) WHEN 'ru' THEN to_tsvector('public.pm_russian', title) WHEN 'sv' THEN to_tsvector('public.pm_swedish', title) WHEN 'tr' THEN to_tsvector('public.pm_turkish', title) ELSE ''::tsvector END, 'A') || setweight(to_tsvector('public.pm_simple', body) || CASE language WHEN 'da' THEN to_tsvector('public.pm_danish', body) WHEN 'de' THEN to_tsvector('public.pm_german', body) WHEN 'en' THEN to_tsvector('public.pm_english', body) WHEN 'es' THEN to_tsvector('public.pm_spanish', body) WHEN 'fi' THEN to_tsvector('public.pm_finnish', body) WHEN 'fr' THEN to_tsvector('public.pm_french', body) WHEN 'hu' THEN to_tsvector('public.pm_hungarian', body) WHEN 'it' THEN to_tsvector('public.pm_italian', body) WHEN 'nl' THEN to_tsvector('public.pm_dutch', body) WHEN 'no' THEN to_tsvector('public.pm_norwegian', body) WHEN 'pt' THEN to_tsvector('public.pm_portuguese', body) WHEN 'ro' THEN to_tsvector('public.pm_romanian', body) WHEN 'ru' THEN to_tsvector('public.pm_russian', body) WHEN 'sv' THEN to_tsvector('public.pm_swedish', body) WHEN 'tr' THEN to_tsvector('public.pm_turkish', body) ELSE ''::tsvector END, 'C')",
                            [],
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["vector"], name="searchentry_words"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("folded", name="gin_trgm_ops"),
                        name="searchentry_near",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchMeaning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.UUIDField()),
                ("model", models.CharField(blank=True, max_length=60)),
                ("vector", models.BinaryField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
                (
                    "entry",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.searchentry",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("vector", None)),
                        fields=["-id"],
                        name="searchmeaning_missing",
                    ),
                    models.Index(fields=["workspace", "made_at"], name="searchmeaning_newest"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="searchentry",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="searchentry_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="searchentry",
            constraint=models.UniqueConstraint(
                fields=("workspace", "kind", "object_id"), name="searchentry_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="searchmeaning",
            constraint=models.UniqueConstraint(
                fields=("workspace", "entry"), name="searchmeaning_once"
            ),
        ),
        same_workspace("workspaces_searchmeaning", "entry_id", "workspaces_searchentry"),
        # Records that were there before are searched as soon as a worker has been through them.
        migrations.RunSQL(
            "INSERT INTO workspaces_stalemark (workspace_id, topic, key, cause, urgency) "
            "SELECT id, 'search', '*:*', 'upgrade', 5 FROM workspaces_workspace",
            migrations.RunSQL.noop,
        ),
    ]
