"""Data sets that rftdeck keeps: where rows come from, what a row is, and what readers get back."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from rftdeck.base import RowId, Strict, Wire
from rftdeck.jobs import JobRead
from rftdeck.spec import MAX_SEED

STORED_PREFIX = "dataset:"
"""`dataset:geometry@1f2e3d4c5b6a` in a spec names a version by its content; without `@…` the newest one."""

DatasetName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
AnswerType = Literal["number", "latex", "choice", "box", "boxes", "point", "action", "interval", "text"]

# ---- a row ------------------------------------------------------------------------------------------------------


class Frames(Wire):
    """A video: stored frames, or a file that the worker can reach."""

    frames: list[str] = []
    """SHA-256 of each frame."""
    path: str | None = None
    fps: float | None = None


class Audio(Wire):
    path: str


class Objects(Wire):
    """What is in the first image, in pixels."""

    bbox: list[list[float]] = []
    """[x1, y1, x2, y2] of each."""
    ref: list[str] = []
    """Name of each."""
    point: list[list[float]] = []


class ChatMessage(Wire):
    role: str
    content: str
    """`<image>` and `<video>` mark the places of images and videos."""


class DatasetRow(Wire):
    """One problem. Whatever a record holds beyond these fields stands in `extra`."""

    id: str
    messages: list[ChatMessage]
    """The prompt: usually one user message."""
    images: list[str] = []
    """SHA-256 of each; the bytes are at /media/{sha256}."""
    videos: list[Frames] = []
    audios: list[Audio] = []
    objects: Objects | None = None
    answer: str | None
    """Gold. Boxes, points, intervals and actions are JSON."""
    answer_type: AnswerType | None = None
    task_type: str | None = None
    solution: str | None = None
    source: str | None = None
    split: str = "train"
    difficulty: float | None = None
    extra: dict[str, Any] = {}


# ---- where rows come from -----------------------------------------------------------------------------------------


class UploadSource(Strict):
    """A file that was sent with POST /uploads: JSON Lines, Parquet, CSV, or a zip of these with images."""

    kind: Literal["upload"] = "upload"
    upload_id: str


class PathSource(Strict):
    """A file or folder on the machine of the server."""

    kind: Literal["path"] = "path"
    path: Annotated[str, Field(min_length=1, max_length=4096)]


class HubSource(Strict):
    """A data set of the Hugging Face Hub."""

    kind: Literal["hub"] = "hub"
    repo_id: Annotated[str, Field(pattern=r"^[\w.-]+(/[\w.-]+)?$", max_length=200)]
    config: str | None = None
    revision: str | None = None


class ReasoningGymSource(Strict):
    kind: Literal["reasoning_gym"] = "reasoning_gym"
    task: str
    params: dict[str, Any] = {}
    difficulty: Annotated[int, Field(ge=0, le=100)] | None = None
    rows: Annotated[int, Field(ge=1, le=1_000_000)] = 2_000
    heldout_rows: Annotated[int, Field(ge=0, le=100_000)] = 256
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 0


class SyntheticSource(Strict):
    """Rendered scenes with exact gold."""

    kind: Literal["synthetic"] = "synthetic"
    task: str
    params: dict[str, Any] = {}
    difficulty: Annotated[int, Field(ge=0, le=100)] | None = None
    rows: Annotated[int, Field(ge=1, le=200_000)] = 500
    heldout_rows: Annotated[int, Field(ge=0, le=20_000)] = 100
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 0


class PassRateSource(Strict):
    """The rows that a pre-flight found neither too easy nor too hard."""

    kind: Literal["pass_rate"] = "pass_rate"
    preflight_run_id: RowId
    min_pass_rate: Annotated[float, Field(ge=0, le=1)]
    max_pass_rate: Annotated[float, Field(ge=0, le=1)]


Source = TypeAliasType(
    "Source",
    Annotated[
        UploadSource | PathSource | HubSource | ReasoningGymSource | SyntheticSource | PassRateSource,
        Field(discriminator="kind"),
    ],
)

# ---- how records become rows ----------------------------------------------------------------------------------------

RecordFormat = Literal[
    "canonical", "generic", "r1_v", "open_r1_multimodal", "vlm_r1", "easy_r1", "verl", "mm_eureka",
    "ms_swift", "video_r1", "gui_r1", "r1_aqa", "time_zero", "gsm8k",
]  # fmt: skip
"""Of records.md; `canonical` is DatasetRow itself, `generic` is anything else with its columns named by hand."""


class Mapping(Strict):
    """Which column becomes what. A format fills it in; a person may change it."""

    format: RecordFormat = "generic"
    """How the named columns are read, e.g. `easy_r1` cuts prompts at `<image>`."""
    prompt: str | None = None
    """Column with text or chat messages. Dotted paths reach into objects: `reward_model.ground_truth`."""
    answer: str | None = None
    images: str | None = None
    videos: str | None = None
    audios: str | None = None
    objects: str | None = None
    options: str | None = None
    """Column with the options of multiple-choice questions; they are added to the prompt."""
    solution: str | None = None
    split: str | None = None
    id: str | None = None
    source: str | None = None
    difficulty: str | None = None
    answer_type: AnswerType | None = None
    """Of all rows; None recognises it row by row."""
    task_type: str | None = None
    """Of all rows; None takes what the record says."""


class SplitOptions(Strict):
    """How rows that name no split of their own are divided."""

    heldout_fraction: Annotated[float, Field(ge=0, le=0.9)] = 0.0
    """Share that goes to the split `heldout`, chosen by content: the same problem never lands on both sides."""
    drop_duplicates: bool = False
    """Keep the first of rows with the same prompt and images."""
    drop_leaked: bool = True
    """Leave training rows out whose prompt and images stand in another split."""


class ColumnInfo(Wire):
    name: str
    type: str
    """E.g. `text`, `number`, `list of image`, `object`."""
    example: str
    """The first value, shortened."""


class RowProblem(Wire):
    """A record that is no row."""

    line: int | None
    """Line of the file, from 1 on; for tables the record's number."""
    file: str | None = None
    reason: str


class FormatGuess(Wire):
    format: RecordFormat
    title: str
    reason: str
    """Which columns told."""


class PreviewRequest(Strict):
    source: Source
    mapping: Mapping | None = None
    """None recognises the format from the columns."""


class PreviewRead(Wire):
    formats: list[FormatGuess]
    """What the records may be, likeliest first; empty for generated rows."""
    columns: list[ColumnInfo]
    mapping: Mapping | None
    """The mapping that made `rows`; None for generated rows."""
    rows: list[DatasetRow]
    """The first rows as they would be stored."""
    problems: list[RowProblem]
    files: list[str]
    """What was found in the upload, folder or repository; at most 200."""


class DatasetCreate(Strict):
    """A new version of a data set; the data set is made when the name is new."""

    name: DatasetName
    source: Source
    mapping: Mapping | None = None
    splits: SplitOptions = SplitOptions()
    description: Annotated[str, Field(max_length=2000)] = ""


class UploadRead(Wire):
    id: str
    filename: str
    size_bytes: int


# ---- what readers get back --------------------------------------------------------------------------------------------


class DataFinding(Wire):
    """Something that a person should know before training on a version."""

    level: Literal["error", "warning", "info"]
    code: Literal[
        "no_gold", "gold_not_scorable", "long_prompt", "missing_image", "duplicate", "leak", "broken_line",
        "empty_prompt", "box_outside", "audio_not_stored", "video_not_stored", "too_few_rows",
    ]  # fmt: skip
    reason: str
    fix: str
    count: int
    """Rows concerned."""
    examples: list[str] = []
    """Up to 20: row ids, or `line 17: …` for broken lines."""


class Histogram(Wire):
    edges: list[float]
    """n + 1 edges of n bins."""
    counts: list[int]


class SplitStats(Wire):
    split: str
    rows: int
    prompt_length: Histogram
    """Characters."""
    prompt_length_p50: float
    prompt_length_p95: float
    prompt_length_max: int
    answer_types: dict[str, int]
    task_types: dict[str, int]
    sources: dict[str, int]
    """The 30 commonest."""
    with_images: int
    images: int
    duplicates: int
    """Rows whose prompt and images stood before in this split."""
    leaked: int
    """Rows whose prompt and images stand in another split as well."""


class DatasetVersionRead(Wire):
    id: int
    dataset_id: int
    name: str
    """Of the data set."""
    number: int
    """1, 2, … within the data set."""
    state: Literal["importing", "ready", "failed", "cancelled"]
    job: JobRead | None
    """The import; None once it is forgotten."""
    sha256: str | None
    """Of the rows; None until they are all there."""
    reference: str | None
    """What a spec calls it: `dataset:name@sha`."""
    rows: int
    size_bytes: int
    splits: list[SplitStats]
    findings: list[DataFinding]
    problems: list[RowProblem]
    """The first 200 broken records."""
    n_problems: int
    source: Source
    mapping: Mapping | None
    split_options: SplitOptions
    recipe: str | None
    """Recipe of the rewards that suit its commonest task and answer."""
    created_at: datetime
    used_by_runs: int


class DatasetRead(Wire):
    id: int
    name: str
    description: str
    created_at: datetime
    newest: DatasetVersionRead
    n_versions: int


class DatasetList(Wire):
    items: list[DatasetRead]


class DatasetDetail(DatasetRead):
    versions: list[DatasetVersionRead]
    """Newest first."""


class RowPage(Wire):
    items: list[DatasetRow]
    offset: int
    total: int
    """Rows of the split; with a search text the rows that were found so far."""
    next_offset: int | None
    """Where to read on; None at the end. With a search text it counts rows looked at."""
