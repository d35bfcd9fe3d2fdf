"""Data sets of the Hugging Face Hub, read in pieces as they are needed: nothing is downloaded as a whole.

huggingface_hub says where the Hub is and who we are: HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE of the server's
environment count, as everywhere.
"""

import fnmatch
import io
import posixpath
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar

from rftdeck.datasets import HubSource

from rftdeck_server.datasets.readers.record import SourceError, Unreadable
from rftdeck_server.datasets.readers.tree_records import data_files, split_of
from rftdeck_server.datasets.readers.trees import NOT_FOUND, within

CONVERTED = "refs/convert/parquet"
"""Branch in which the Hub keeps every data set as `<config>/<split>/0000.parquet`
(huggingface.co/docs/dataset-viewer/parquet)."""
PIECE = 8 * 2**20
TIMEOUT_S = 30.0
TRIES = 4
PLAIN_FOLDERS = ("data", "")

T = TypeVar("T")


class HubTree:
    """Files of a repository at one commit."""

    def __init__(self, repo_id: str, commit: str, sizes: dict[str, int], splits: dict[str, str]) -> None:
        self._repo_id, self._commit, self._sizes = repo_id, commit, sizes
        self.names = sorted(sizes)
        self.splits = splits
        self.problems: list[str] = []

    def keep(self, files: Sequence[str]) -> "HubTree":
        """The same tree with only these files of records in sight; others can still be opened."""
        self.names = sorted(files)
        return self

    def size(self, name: str) -> int:
        return self._sizes.get(name, 0)

    def open(self, name: str) -> BinaryIO:
        from huggingface_hub import hf_hub_url

        name = posixpath.normpath(name)
        if name not in self._sizes:
            raise Unreadable(NOT_FOUND)
        url = hf_hub_url(self._repo_id, name, repo_type="dataset", revision=self._commit)
        return io.BufferedReader(_Remote(url, self._sizes[name]), PIECE)

    def read(self, name: str, limit: int) -> bytes:
        return within(self.open(name), limit)


def open_repository(source: HubSource) -> HubTree:
    """Raises SourceError at the field that is at fault."""
    tree, card = _look(source.repo_id, source.revision)
    if declared := _declared(card):
        return _declared_files(tree, source, declared)
    files = data_files(tree.names)
    if source.config is not None:
        files = [name for name in files if _is_of(name, source.config)]
    elif len(configs := _configs(files)) > 1:
        raise _choose(configs)
    if files:
        return tree.keep(files)
    return _converted(source)


def _look(repo_id: str, revision: str | None) -> tuple[HubTree, Any]:
    from huggingface_hub import HfApi

    with _told(repo_id):
        info = HfApi().dataset_info(repo_id, revision=revision, files_metadata=True, timeout=TIMEOUT_S)
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or []}
    return HubTree(repo_id, info.sha or revision or "main", sizes, {}), info.card_data


def _declared(card: Any) -> dict[str, list[tuple[str | None, str]]]:
    """Config → (split, pattern) as the card of the data set says (huggingface.co/docs/hub/datasets-data-files-configuration)."""
    configs = card.to_dict().get("configs") if card is not None else None
    found: dict[str, list[tuple[str | None, str]]] = {}
    for config in configs if isinstance(configs, list) else []:
        files = config.get("data_files") if isinstance(config, dict) else None
        entries = files if isinstance(files, list) else [files]
        patterns: list[tuple[str | None, str]] = []
        for entry in entries:
            match entry:
                case str(path):
                    patterns.append((None, path))
                case {"path": paths, **rest}:
                    split = rest.get("split")
                    each = paths if isinstance(paths, list) else [paths]
                    patterns += [(None if split is None else str(split), str(path)) for path in each]
        if patterns:
            found[str(config.get("config_name", "default"))] = patterns
    return found


def _declared_files(
    tree: HubTree, source: HubSource, declared: dict[str, list[tuple[str | None, str]]]
) -> HubTree:
    name = source.config
    if name is None:
        name = "default" if "default" in declared else next(iter(declared)) if len(declared) == 1 else None
    if name is None or name not in declared:
        raise _choose(sorted(declared))
    files: dict[str, str | None] = {}
    for split, pattern in declared[name]:
        for file in fnmatch.filter(tree.names, posixpath.normpath(pattern)):
            files.setdefault(file, split)
    tree.splits = {file: split for file, split in files.items() if split is not None}
    return tree.keep(list(files)) if data_files(list(files)) else _converted(source)


def _converted(source: HubSource) -> HubTree:
    """The Hub's own copy as Parquet."""
    try:
        tree, _ = _look(source.repo_id, CONVERTED)
    except SourceError as error:
        raise SourceError(
            "The repository holds no records in a form that can be read here"
            + (f" for the config {source.config!r}" if source.config else "")
            + f" ({error.reason})",
            "JSON Lines, CSV and Parquet can be; or download it and import it by its path.",
            "source.config" if source.config else "source.repo_id",
        ) from None
    tables = [name for name in tree.names if name.endswith(".parquet") and name.count("/") == 2]
    configs = sorted({name.split("/")[0] for name in tables})
    chosen = source.config or (
        "default" if "default" in configs else configs[0] if len(configs) == 1 else None
    )
    if chosen not in configs:
        raise _choose(configs)
    files = [name for name in tables if name.split("/")[0] == chosen]
    tree.splits = {name: name.split("/")[1].removeprefix("partial-") for name in files}
    return tree.keep(files)


def _configs(files: Sequence[str]) -> list[str]:
    """Folders at the top that each hold records, where they are not the splits."""
    tops = {name.split("/")[0] if "/" in name else "" for name in files}
    return sorted(top for top in tops if top not in PLAIN_FOLDERS and split_of(f"{top}/x") is None)


def _is_of(name: str, config: str) -> bool:
    """Whether a file belongs to a config by its folder, or by the beginning of its name."""
    *folders, file = name.split("/")
    return config in folders or file.split(".")[0] == config or file.startswith((f"{config}-", f"{config}_"))


def _choose(configs: Sequence[str]) -> SourceError:
    return SourceError(
        "The data set has several configs", f"Choose one of: {', '.join(configs[:50])}.", "source.config"
    )


class _Remote(io.RawIOBase):
    """A file of the Hub, read by ranges."""

    def __init__(self, url: str, size: int) -> None:
        self._url, self._size, self._place = url, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        return self._place

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        end = min(self._size, self._place + len(view))
        if end <= self._place:
            return 0
        data = _fetch(self._url, self._place, end)
        view[: len(data)] = data
        self._place += len(data)
        return len(data)


def _fetch(url: str, start: int, end: int) -> bytes:
    """Bytes from start to before end. Raises SourceError."""
    from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

    headers = build_hf_headers(headers={"Range": f"bytes={start}-{end - 1}"})

    def attempt() -> bytes:
        answer = get_session().get(url, headers=headers, timeout=TIMEOUT_S, follow_redirects=True)
        hf_raise_for_status(answer)
        body: bytes = answer.content
        return body if answer.status_code == 206 else body[start:end]

    with _told(url):
        return _patiently(attempt)


def _patiently(attempt: Callable[[], T]) -> T:
    """Networks fail for moments: what is not a refusal is tried again."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    for left in reversed(range(TRIES)):
        try:
            return attempt()
        except OfflineModeIsEnabled:
            raise
        except HfHubHTTPError as error:
            if left == 0 or (error.response.status_code < 500 and error.response.status_code != 429):
                raise
        except OSError:
            if left == 0:
                raise
        time.sleep(0.5 * (TRIES - left))
    raise AssertionError("unreachable")


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Errors of the Hub, as a person should read them."""
    from huggingface_hub import errors
    from huggingface_hub.errors import HTTPError

    try:
        yield
    except errors.GatedRepoError:
        raise _repo(
            "The repository is gated", "Accept its terms on the Hub, and give the server a token (HF_TOKEN)."
        ) from None
    except errors.RevisionNotFoundError:
        raise SourceError(
            "The repository has no such revision", "Name a branch, tag or commit.", "source.revision"
        ) from None
    except errors.RepositoryNotFoundError:
        raise _repo(
            "The Hub has no such data set, or it is private",
            "Check the name; for a private one the server needs a token (HF_TOKEN).",
        ) from None
    except errors.OfflineModeIsEnabled:
        raise _repo(
            "The server is set to work offline (HF_HUB_OFFLINE)",
            "Download the data set and import it by its path.",
        ) from None
    except (errors.HfHubHTTPError, HTTPError, OSError) as error:
        raise _repo(
            f"The Hub cannot be reached: {str(error)[:200] or type(error).__name__}",
            "Check the network of the server, and HF_ENDPOINT.",
        ) from None


def _repo(reason: str, fix: str) -> SourceError:
    return SourceError(reason, fix, "source.repo_id")
