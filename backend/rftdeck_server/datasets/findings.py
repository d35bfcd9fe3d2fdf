"""What a person should know before training on a version."""

from collections.abc import Iterator, Sequence

from rftdeck.datasets import DataFinding, RowProblem, SplitStats

from rftdeck_server.datasets.notes import MAX_EXAMPLES, Notes
from rftdeck_server.datasets.splitting import Plan

FEW_ROWS = 64
"""Prompts that a batch of usual size takes."""


def find(
    notes: Notes, plan: Plan, splits: Sequence[SplitStats], unscorable: Sequence[str], tried: int
) -> list[DataFinding]:
    """Errors first."""
    found = [
        *_kept_out(notes, plan),
        *_of_rows(notes),
        *_of_splits(plan, splits),
        *_of_gold(unscorable, tried),
    ]
    order = ("error", "warning", "info")
    return sorted(found, key=lambda finding: order.index(finding.level))


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _kept_out(notes: Notes, plan: Plan) -> Iterator[DataFinding]:
    if notes.n_problems:
        yield DataFinding(
            level="warning" if plan.rows else "error",
            code="broken_line",
            reason=f"{plural(notes.n_problems, 'record')} could not be read, or only in part",
            fix="Look at the lines named here; the rest was imported.",
            count=notes.n_problems,
            examples=[line_of(problem) for problem in notes.problems[:MAX_EXAMPLES]],
        )
    if missing := notes.counts["missing_image"]:
        yield DataFinding(
            level="warning" if plan.rows else "error",
            code="missing_image",
            reason=f"{missing:,} records were left out because an image is missing or cannot be read",
            fix="Send the images along (a zip with the file of records), with the paths that the records name.",
            count=missing,
            examples=notes.examples["missing_image"],
        )


def _of_rows(notes: Notes) -> Iterator[DataFinding]:
    texts = {
        "no_gold": (
            "have no gold answer: rewards that compare with one give no score",
            "Name the column of the answer, or use rewards that need none.",
        ),
        "empty_prompt": ("have an empty prompt", "Check which column is the prompt."),
        "long_prompt": (
            "have a prompt of more than 16,000 characters, about 4,000 tokens",
            "Check that the model's context holds them, or leave them out.",
        ),
        "box_outside": (
            "have a box or point outside of their image",
            "Check that boxes are [x1, y1, x2, y2] in pixels of the image as it is stored.",
        ),
    }
    for code, (what, fix) in texts.items():
        if n := notes.counts[code]:
            yield DataFinding.model_validate(
                {"level": "warning", "code": code, "reason": f"{n:,} rows {what}", "fix": fix, "count": n}
                | {"examples": notes.examples[code]}
            )
    for code, what in (("audio_not_stored", "sound"), ("video_not_stored", "videos")):
        if n := notes.counts[code]:
            yield DataFinding.model_validate(
                {
                    "level": "info",
                    "code": code,
                    "reason": f"{n:,} rows name files of {what}, which are not stored here",
                    "fix": "Workers read them from the path in the row: keep the files where every worker finds them.",
                    "count": n,
                    "examples": notes.examples[code],
                }
            )


def _of_splits(plan: Plan, splits: Sequence[SplitStats]) -> Iterator[DataFinding]:
    dropped = sum(split.dropped_duplicates for split in plan.splits)
    if dropped:
        yield _count(
            "info",
            "duplicate",
            f"{dropped:,} rows were left out: their problem stood before",
            "Nothing to do.",
            dropped,
        )
    if again := sum(split.duplicates for split in splits):
        yield _count(
            "warning", "duplicate", f"problems that stand twice in their split: {plural(again, 'row')}",
            "Import again and leave duplicates out.", again,
        )  # fmt: skip
    leaks = sum(split.dropped_leaks for split in plan.splits)
    if leaks:
        yield _count(
            "info", "leak", f"{leaks:,} training rows were left out: their problem stands in another split",
            "Nothing to do.", leaks,
        )  # fmt: skip
    train = next((split for split in splits if split.split == "train"), None)
    if train is not None and train.leaked:
        yield _count(
            "warning", "leak", f"{train.leaked:,} training rows have a problem that stands in another split as well",
            "Import again and leave them out, or the held-out measurement says little.", train.leaked,
        )  # fmt: skip
    if train is not None and train.rows < FEW_ROWS:
        yield _count(
            "warning", "too_few_rows", f"only {plural(train.rows, 'row')} to train on",
            "A run repeats them from the second batch on: add rows.", train.rows,
        )  # fmt: skip


def _of_gold(unscorable: Sequence[str], tried: int) -> Iterator[DataFinding]:
    if unscorable:
        yield DataFinding(
            level="error" if len(unscorable) == tried else "warning",
            code="gold_not_scorable",
            reason=f"a perfect answer does not reach the maximum for {len(unscorable)} of {tried} rows that were tried",
            fix="Look at the gold of these rows, or choose a reward that reads it.",
            count=len(unscorable),
            examples=list(unscorable[:MAX_EXAMPLES]),
        )


def _count(level: str, code: str, reason: str, fix: str, count: int) -> DataFinding:
    return DataFinding.model_validate(
        {"level": level, "code": code, "reason": reason, "fix": fix, "count": count}
    )


def line_of(problem: RowProblem) -> str:
    place = f"line {problem.line}: " if problem.line is not None else ""
    return f"{problem.file + ' ' if problem.file else ''}{place}{problem.reason}"
