"""The golden events are read by Python here and by the browser's tests (frontend/src/…/*.test.ts)."""

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError
from rftdeck.events import EVENT_TYPES, Event, MetricsLogged, StreamedEvent, UnknownEvent

GOLDEN = Path(__file__).parents[1] / "golden" / "events.json"
EVENT = TypeAdapter(Event)


@pytest.fixture(scope="module")
def golden() -> list[dict[str, object]]:
    return json.loads(GOLDEN.read_text())


def test_golden_events_survive_a_round_trip(golden: list[dict[str, object]]) -> None:
    for raw in golden:
        read = StreamedEvent.model_validate(raw)
        again = json.loads(read.model_dump_json())
        assert again["event"] == raw["event"]
        assert StreamedEvent.model_validate(again) == read


def test_golden_events_cover_every_type_and_an_unknown_one(golden: list[dict[str, object]]) -> None:
    events = [StreamedEvent.model_validate(raw).event for raw in golden]
    assert {event.type for event in events} >= EVENT_TYPES - {"rollouts.captured"}
    assert any(isinstance(event, UnknownEvent) for event in events)


def test_an_unknown_event_keeps_its_fields() -> None:
    event = EVENT.validate_python({"type": "gpu.melted", "celsius": 4000, "parts": ["fan"]})
    assert EVENT.dump_python(event) == {"type": "gpu.melted", "celsius": 4000, "parts": ["fan"]}


@pytest.mark.parametrize("kind", ["", "nodot", "a.b c", 7, None])
def test_a_type_that_is_no_type_is_refused(kind: object) -> None:
    with pytest.raises(ValidationError):
        EVENT.validate_python({"type": kind})


def test_a_nan_metric_becomes_null() -> None:
    event = MetricsLogged(keys=["loss"], steps=[1], times=[0.0], values=[[float("nan")]])
    assert json.loads(event.model_dump_json())["values"] == [[None]]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"times": []}, "times has 0 entries"),
        ({"values": []}, "values has 0 rows"),
        ({"values": [[1.0, 2.0]]}, "one entry a step"),
        ({"keys": ["a", "a"], "values": [[1.0], [1.0]]}, "not unique"),
    ],
)
def test_metrics_must_be_rectangular(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        MetricsLogged.model_validate(
            {"keys": ["a"], "steps": [1], "times": [0.0], "values": [[1.0]], **change}
        )
