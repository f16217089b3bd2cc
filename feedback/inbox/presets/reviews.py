"""Reviews with ratings: app stores, shops and marketplaces."""

from feedback.inbox.presets.tools import each, keyed, moment
from workspaces.imports.kinds import Preset, Row
from workspaces.imports.preset_parts import first_of


def _play(row: Row) -> Row:
    link = first_of(row, "Review Link")
    made = first_of(row, "Review Submit Millis Since Epoch")
    name = first_of(row, "Package Name")
    return {
        "external_id": link[-120:] or f"{name}:{made}:{first_of(row, 'Device')}"[:120],
        "said_at": first_of(row, "Review Submit Date and Time"),
        "rating": first_of(row, "Star Rating"),
        "title": first_of(row, "Review Title"),
        "text": first_of(row, "Review Text"),
        "language": first_of(row, "Reviewer Language"),
        "handle": name,
        "channel": "Google Play",
    }


def _app_store(row: Row) -> Row:
    return {
        "said_at": moment(first_of(row, "Date", "Review Date")),
        "rating": first_of(row, "Rating"),
        "title": first_of(row, "Title"),
        "text": first_of(row, "Review", "Body"),
        "author": first_of(row, "Author", "Nickname", "Reviewer Nickname"),
        "product": first_of(row, "App Name", "App"),
        "language": first_of(row, "Language"),
        "channel": "App Store",
    }


def _play_subset(row: Row) -> Row:
    return {
        "text": first_of(row, "Translated_Review"),
        "product": first_of(row, "App"),
        "channel": "Google Play",
    }


def _clothing(row: Row) -> Row:
    title, text = first_of(row, "Title"), first_of(row, "Review Text")
    return {
        "rating": first_of(row, "Rating"),
        "title": title,
        "text": text,
        "handle": first_of(row, "Clothing ID"),
        "language": "en",
        "channel": "Reviews",
    }


def _alexa(row: Row) -> Row:
    return {
        "said_at": moment(first_of(row, "date")),
        "rating": first_of(row, "rating"),
        "product": first_of(row, "variation"),
        "text": first_of(row, "verified_reviews"),
        "language": "en",
        "channel": "Amazon",
    }


PRESETS = (
    Preset(
        name="google-play",
        label="Google Play reviews (CSV)",
        kind="feedback",
        headers=frozenset({"Package Name", "Star Rating", "Review Text"}),
        mapping={"rating": "Star Rating", "title": "Review Title", "text": "Review Text"},
        transform=each(_play),
    ),
    Preset(
        name="app-store",
        label="App Store reviews (CSV)",
        kind="feedback",
        headers=frozenset({"Date", "Rating", "Title", "Review", "Version"}),
        mapping={"rating": "Rating", "title": "Title", "text": "Review"},
        transform=keyed(_app_store),
    ),
    Preset(
        name="google-play-subset",
        label="Google Play reviews, translated",
        kind="feedback",
        headers=frozenset({"App", "Translated_Review"}),
        mapping={"text": "Translated_Review", "product": "App"},
        transform=keyed(_play_subset),
    ),
    Preset(
        name="clothing-reviews",
        label="Reviews by clothing id",
        kind="feedback",
        headers=frozenset({"Clothing ID", "Review Text", "Rating"}),
        mapping={"rating": "Rating", "title": "Title", "text": "Review Text"},
        transform=keyed(_clothing),
    ),
    Preset(
        name="amazon-reviews",
        label="Amazon reviews by variation",
        kind="feedback",
        headers=frozenset({"rating", "date", "variation", "verified_reviews"}),
        mapping={"rating": "rating", "text": "verified_reviews", "product": "variation"},
        transform=keyed(_alexa),
    ),
)
