"""Parquet, a few records at a time."""

from collections.abc import Iterator
from typing import BinaryIO

from rftdeck.datasets import RowProblem

from rftdeck_server.datasets.readers.record import Item, Load, Record

BATCH_BYTES = 32 * 2**20


def read_parquet(file: BinaryIO, name: str, split: str | None, load: Load) -> Iterator[Item]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(file, pre_buffer=False, buffer_size=4 * 2**20) as table:
            for batch in table.iter_batches(batch_size=_batch_rows(table.metadata)):
                for fields in batch.to_pylist():
                    number += 1
                    yield Record(fields, name, number, split, load)
    except (pa.ArrowException, OSError, ValueError) as error:
        place = f" after record {number}" if number else ""
        yield RowProblem(line=None, file=name, reason=f"cannot be read as Parquet{place}: {str(error)[:200]}")


def _batch_rows(metadata: object) -> int:
    """As many records as take some 32 MiB, going by what the file says of its groups of rows."""
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]  # type: ignore[attr-defined]
    size = max((group.total_byte_size / max(1, group.num_rows) for group in groups), default=1)
    return int(min(1024, max(1, BATCH_BYTES / max(1, size))))
