"""What feedback adds to the metric catalogue: ratings and how many spoke."""

from finance.metrics.catalogue import (
    COUNT,
    DOWN,
    MEASURES,
    NONE,
    RATE,
    RATING,
    Metric,
    plain,
    ratio,
    register_metric,
)
from finance.metrics.sources import Source, register_source

SOURCE = Source(
    name="feedback",
    tables="feedback_dailyfeedback f",
    workspace="f.workspace_id",
    day="f.day",
    measures={
        "notes": "sum(f.notes)",
        "rated": "sum(f.rated)",
        "rating_sum": "sum(f.rating_sum)",
        "negative": "sum(f.negative)",
    },
    dimensions={
        "product": "f.product_id",
        "category": "p.category_id",
        "brand": "p.brand_id",
        "channel": "f.channel_id",
    },
    joins=dict.fromkeys(
        ("category", "brand"), "LEFT JOIN products_product p ON p.id = f.product_id"
    ),
)
WORDS = {
    "notes": ("feedback notes", COUNT),
    "rated": ("notes with a rating", COUNT),
    "rating_sum": ("sum of ratings", COUNT),
    "negative": ("ratings of 2 or less", COUNT),
}
RATED_SHARE = ratio(plain("rated"), plain("notes"))
FIGURES = (
    Metric(
        "feedback_count",
        "Feedback",
        COUNT,
        "{notes}",
        ("notes",),
        plain("notes"),
        "Everything that was said in this period: reviews, support messages, survey answers.",
        better=NONE,
    ),
    Metric(
        "rating",
        "Rating",
        RATING,
        "{rating_sum} ÷ {rated}",
        ("rating_sum", "rated"),
        ratio(plain("rating_sum"), plain("rated")),
        "Mean of the ratings given in this period, on a scale of 1 to 5.",
        coverage=RATED_SHARE,
        coverage_reads=("rated", "notes"),
        coverage_label="of notes have a rating",
    ),
    Metric(
        "negative_share",
        "Negative ratings",
        RATE,
        "{negative} ÷ {rated}",
        ("negative", "rated"),
        ratio(plain("negative"), plain("rated")),
        "Share of this period's ratings that are 2 or less of 5.",
        better=DOWN,
        coverage=RATED_SHARE,
        coverage_reads=("rated", "notes"),
        coverage_label="of notes have a rating",
    ),
)


def register() -> None:
    """Called from the app's ready()."""
    register_source(SOURCE)
    MEASURES.update(WORDS)
    for metric in FIGURES:
        register_metric(metric)
