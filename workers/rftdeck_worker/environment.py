"""The machine under a worker. Nothing here imports torch or touches CUDA, so that forking stays safe."""

import functools
import os
import shutil
import subprocess
import warnings
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("rftdeck", "torch", "transformers", "trl", "accelerate", "peft", "datasets")


def prepare() -> None:
    """Environment variables that must stand before torch and trl are imported."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # trl asks the Hub whenever a trainer is made
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # tokenizers warns about every fork otherwise
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    # Without this torch.cuda.is_available() starts the driver, and a process with a started driver cannot fork.
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    # transformers tells TRL's authors, not our users, which of its names are on their way out.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"transformers\.")
    if not gpus():
        # A second thread gains 10-20 % on an idle machine and costs seconds a step once anything else runs.
        os.environ.setdefault("OMP_NUM_THREADS", "1")


@functools.cache
def gpus() -> tuple[str, ...]:
    """Names of the NVIDIA GPUs, asked of nvidia-smi."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return ()
    try:
        answer = subprocess.run(
            [command, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in answer.stdout.splitlines() if line.strip())


def use_gpu_of(slot: int) -> None:
    """Show this process the one GPU of its slot, before CUDA starts: TRL refuses to train with several in sight."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    devices = visible.split(",") if visible else [str(index) for index in range(len(gpus()))]
    if len(devices) > 1:
        os.environ["CUDA_VISIBLE_DEVICES"] = devices[slot % len(devices)]


def device_name() -> str:
    """What a worker trains on, e.g. `cpu`, `NVIDIA H200` or `4 × NVIDIA H200`."""
    names = gpus()
    if not names:
        return "cpu"
    return names[0] if len(names) == 1 else f"{len(names)} × {names[0]}"


def versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
