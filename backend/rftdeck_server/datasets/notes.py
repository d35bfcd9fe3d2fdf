"""What is noticed while rows are made: broken records, and rows that a person should know about."""

from collections import Counter
from typing import get_args

from rftdeck.datasets import DataFinding, RowProblem
from rftdeck.text import clean_text

MAX_PROBLEMS = 200
MAX_EXAMPLES = 20
MAX_TEXT = 300

CODES = get_args(DataFinding.model_fields["code"].annotation)


class Notes:
    def __init__(self) -> None:
        self.problems: list[RowProblem] = []
        self.n_problems = 0
        self.counts: Counter[str] = Counter()
        """Code of a finding → rows concerned."""
        self.examples: dict[str, list[str]] = {code: [] for code in CODES}

    def broken(self, problem: RowProblem) -> None:
        self.n_problems += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(
                RowProblem(
                    line=problem.line,
                    file=None if problem.file is None else clean_text(problem.file[-MAX_TEXT:]),
                    reason=clean_text(problem.reason[:MAX_TEXT]),
                )
            )

    def note(self, code: str, example: str) -> None:
        self.counts[code] += 1
        if len(self.examples[code]) < MAX_EXAMPLES:
            self.examples[code].append(clean_text(example[:MAX_TEXT]))
