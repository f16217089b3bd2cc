"""What searching looks through: one row for each record, worked out from it, and its meaning."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from workspaces.records.models import AboutRecord, ScopedModel, ScopedQuerySet, WorkspaceLink
from workspaces.search.languages import vector_sql


class SearchEntry(AboutRecord):
    """A record as searching knows it. Derived: the topic “search” writes it, nobody else.

    `keys` are its exact ids in lower case: SKU, GTIN, handle, external ids. `folded` is the title
    in lower case without accents, for near misses. `language` is the stemmer's, two letters.
    """

    title = models.CharField(max_length=300)
    folded = models.CharField(max_length=600)
    keys = ArrayField(models.TextField(), default=list)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    vector = models.GeneratedField(
        expression=RawSQL(vector_sql(), []),  # noqa: S611 -- our own constants
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "id"], name="searchentry_in_workspace"),
            models.UniqueConstraint(
                fields=["workspace", "kind", "object_id"], name="searchentry_once"
            ),
        ]
        indexes = [
            GinIndex(fields=["vector"], name="searchentry_words"),
            GinIndex(OpClass("folded", name="gin_trgm_ops"), name="searchentry_near"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchMeaning(ScopedModel):
    """What an entry means, as a vector of whole numbers; empty until it has been worked out.

    `digest` says from which words, `model` by which model, so that another text or another model
    makes it stale.
    """

    entry = WorkspaceLink(SearchEntry, models.CASCADE)
    digest = models.UUIDField()
    model = models.CharField(max_length=60, blank=True)
    vector = models.BinaryField(null=True)
    made_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "entry"], name="searchmeaning_once"),
        ]
        indexes = [
            models.Index(
                fields=["-id"], condition=models.Q(vector=None), name="searchmeaning_missing"
            ),
            models.Index(fields=["workspace", "made_at"], name="searchmeaning_newest"),
        ]

    def __str__(self) -> str:
        return f"meaning of entry {self.entry_id}"
