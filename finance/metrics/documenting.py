"""The metric catalogue as a page of the documentation."""

from finance.metrics.catalogue import METRICS, Metric
from finance.metrics.explaining import formula_words, splits_for

HEAD = """# Metrics

Every figure of the product is defined once, in the catalogue; pages, files and API read it there.
This page is written from the catalogue. Each figure on a page leads to its own page, which fills
the numbers into the formula and lists the rows they came from.

Rules that hold for all of them:

- Amounts are without tax, in the workspace's currency or the one asked for, at the rate of the day.
- Sums are made first, ratios last; nothing is an average of averages.
- Missing is not zero: what is unknown is shown as unknown, and coverage says of how much a figure
  speaks.
- A period is compared with the days of the same number just before it.
- Roles that may not see money see neither amounts nor anything worked out from them.
"""
UNITS = {"money": "money", "count": "count", "rate": "rate", "rating": "1 to 5"}


def markdown() -> str:
    """The text of docs/metrics.md."""
    return "\n".join([HEAD, *(_section(metric) for metric in METRICS.values())])


def _section(metric: Metric) -> str:
    lines = [
        f"## {metric.label} (`{metric.name}`)\n",
        f"{metric.description}\n",
        f"- Formula: {formula_words(metric)}",
        f"- Unit: {UNITS[metric.unit]}{', masked for roles without money' if metric.money else ''}",
        f"- By: {', '.join(label.lower() for label in splits_for(metric).values())}",
    ]
    if metric.coverage_label:
        lines.append(f"- Coverage: which share {metric.coverage_label}")
    return "\n".join(lines) + "\n"
