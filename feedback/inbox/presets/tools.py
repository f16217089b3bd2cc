"""What the presets of notes share: moments as systems write them, keys where they write none."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b

from workspaces.imports.kinds import Row

Transform = Callable[[Iterable[tuple[int, Row]], Mapping[str, str]], Iterator[tuple[int, Row]]]
FORMATS = ("%d/%b/%y %I:%M %p", "%d/%b/%Y %I:%M %p", "%d-%b-%y", "%d-%b-%Y", "%b %d, %Y")


def moment(text: str) -> str:
    """A moment in the way every reader takes it; what is written otherwise stays as it is."""
    for form in FORMATS:
        try:
            return datetime.strptime(text.strip(), form).isoformat()  # noqa: DTZ007 - said later
        except ValueError:
            continue
    return text


def each(make: Callable[[Row], Row | None]) -> Transform:
    """A transform that makes one note of each row; None leaves a row out."""

    def transform(
        rows: Iterable[tuple[int, Row]], options: Mapping[str, str]
    ) -> Iterator[tuple[int, Row]]:
        for at, row in rows:
            note = make(row)
            if note is not None:
                yield at, note

    return transform


def keyed(make: Callable[[Row], Row]) -> Transform:
    """The same for files without keys: a key of what the row says, and of how often it came.

    Two people may say the same in the same words; the same file again still changes nothing.
    """

    def transform(
        rows: Iterable[tuple[int, Row]], options: Mapping[str, str]
    ) -> Iterator[tuple[int, Row]]:
        seen: Counter[bytes] = Counter()
        for at, row in rows:
            said = "\\x1f".join(f"{name}={cell}" for name, cell in row.items())
            digest = blake2b(said.encode(), digest_size=12)
            seen[digest.digest()] += 1
            number = seen[digest.digest()]
            key = digest.hexdigest() + (f"-{number}" if number > 1 else "")
            yield at, {**make(row), "external_id": key}

    return transform
