"""From the spool into the store: chunks, content hash, and a sample of rows for the check of the gold."""

import hashlib
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import orjson
from rftdeck.datasets import DatasetRow

from rftdeck_server.core.database import Database
from rftdeck_server.datasets.splitting import FinalSplit, Part, Plan, repeated_ids
from rftdeck_server.datasets.spool import Spool, as_numpy
from rftdeck_server.datasets.tables import CHUNK_ROWS, ChunkRow
from rftdeck_server.jobs.report import Report

CHUNKS_AT_ONCE = 32
BYTES_AT_ONCE = 16 * 2**20
LEVEL = 3
GOLD_ROWS = 200
"""Of each answer type, whose gold is tried."""


class Writer:
    def __init__(
        self, database: Database, version_id: int, report: Report, told: Callable[[int], None]
    ) -> None:
        self._database, self._version_id, self._report, self._told = database, version_id, report, told
        self._digest = hashlib.sha256()
        self._waiting: list[ChunkRow] = []
        self.rows = 0
        self.size_bytes = 0
        self.sample: list[DatasetRow] = []
        """Rows with gold, at most 200 of each answer type, spread evenly."""

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, spool: Spool, plan: Plan) -> None:
        """All rows of the plan, split by split. Raises JobLost."""
        again = repeated_ids(spool)
        sampled = _sampled(spool, plan)
        for split in plan.splits:
            self._digest.update(orjson.dumps(split.name) + b"\n")
            for index, lines in enumerate(_chunks(self._lines(spool, split, again, sampled))):
                blob = zlib.compress(b"".join(lines), LEVEL)
                self.size_bytes += len(blob)
                self._waiting.append(
                    ChunkRow(
                        version_id=self._version_id, split=split.name, index=index, n=len(lines), blob=blob
                    )
                )
                if (
                    len(self._waiting) >= CHUNKS_AT_ONCE
                    or sum(len(c.blob) for c in self._waiting) > BYTES_AT_ONCE
                ):
                    self._flush()
        self._flush()

    def _lines(
        self, spool: Spool, split: FinalSplit, again: dict[str, np.ndarray], sampled: dict[str, np.ndarray]
    ) -> Iterator[bytes]:
        ending = b',"split":' + orjson.dumps(split.name) + b"}\n"
        for part in split.parts:
            special = again[part.spooled] | sampled[part.spooled]
            kept = zip(spool.splits[part.spooled].lines(), part.keep.tolist(), special.tolist(), strict=True)
            for number, (line, keep, is_special) in enumerate(kept):
                if not keep:
                    continue
                line = line[:-2] + ending
                if is_special:
                    row = DatasetRow.model_validate_json(line)
                    if again[part.spooled][number]:
                        row.id = f"{row.id}~{self.rows + 1}"
                        line = row.model_dump_json(exclude={"split"}).encode()[:-1] + ending
                    if sampled[part.spooled][number]:
                        self.sample.append(row)
                self._digest.update(line)
                self.rows += 1
                yield line

    def _flush(self) -> None:
        with self._database.write() as session:
            self._report.guard(session)
            session.add_all(self._waiting)
        self._waiting = []
        self._told(self.rows)


def _chunks(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _sampled(spool: Spool, plan: Plan) -> dict[str, np.ndarray]:
    """Rows to try the gold of, by spooled split: of each answer type and split up to 200, spread evenly."""
    chosen = {name: np.zeros(len(split), bool) for name, split in spool.splits.items()}
    for kind, number in spool.answer_types:
        if kind is None:
            continue
        where: list[tuple[Part, np.ndarray]] = []
        for split in plan.splits:
            for part in split.parts:
                types = as_numpy(spool.splits[part.spooled].answer_types)
                where.append((part, np.flatnonzero(part.keep & (types == number))))
        total = sum(len(rows) for _, rows in where)
        wanted = set(np.linspace(0, total - 1, min(GOLD_ROWS, total)).astype(int).tolist())
        start = 0
        for part, rows in where:
            mine = [place - start for place in wanted if start <= place < start + len(rows)]
            chosen[part.spooled][rows[mine]] = True
            start += len(rows)
    return chosen
