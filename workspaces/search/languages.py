"""Languages whose words are reduced to their stems, and the configurations that do it.

Each configuration takes the accents off before it stems, in entries and in questions alike, so
that “Gehause” finds “Gehäuse” and “creme” finds “crème”.
"""

PLAIN = "public.pm_simple"  # every word as it stands, without accents; no stop words
STEMMERS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
UNKNOWN = "en"  # how a text is stemmed whose language nobody gave


def code_of(language: str) -> str:
    """The two letters of a locale or language tag, when we have its stemmer."""
    code = language.strip().lower()[:2]
    return {"nb": "no", "nn": "no"}.get(code, code if code in STEMMERS else UNKNOWN)


def config_of(language: str) -> str:
    """The text search configuration of a language."""
    return f"public.pm_{STEMMERS[code_of(language)]}"


def vector_sql() -> str:
    """The expression of an entry's search vector: the exact ids, the title, then the text.

    Written with constants alone, because PostgreSQL lets a generated column use nothing else.
    """

    def stems(column: str) -> str:
        ways = " ".join(
            f"WHEN '{code}' THEN to_tsvector('public.pm_{name}', {column})"
            for code, name in STEMMERS.items()
        )
        return f"CASE language {ways} ELSE ''::tsvector END"

    return (
        "array_to_tsvector(keys)"
        f" || setweight(to_tsvector('{PLAIN}', title) || {stems('title')}, 'A')"
        f" || setweight(to_tsvector('{PLAIN}', body) || {stems('body')}, 'C')"
    )


def make_configurations() -> list[str]:
    """The statements that make the configurations."""
    made = [("pm_simple", "simple", "simple")]
    made += [(f"pm_{name}", name, f"{name}_stem") for name in STEMMERS.values()]
    statements = []
    for name, base, stem in made:
        statements.append(
            f"CREATE TEXT SEARCH CONFIGURATION public.{name} (COPY = pg_catalog.{base})"
        )
        statements.append(
            f"ALTER TEXT SEARCH CONFIGURATION public.{name} ALTER MAPPING FOR asciihword, "
            f"asciiword, hword_asciipart, hword, hword_part, word WITH unaccent, {stem}"
        )
    return statements


def drop_configurations() -> list[str]:
    """The statements that take them away."""
    names = ["pm_simple", *(f"pm_{name}" for name in STEMMERS.values())]
    return [f"DROP TEXT SEARCH CONFIGURATION IF EXISTS public.{name}" for name in names]
