"""Metrics as readers get them."""

from rftdeck.base import Wire


class MetricRead(Wire):
    key: str
    """TRL's metric key, verbatim."""
    step: int
    value: float | None
    """The newest value."""
    first_step: int
    first_value: float | None
    n_points: int


class MetricList(Wire):
    items: list[MetricRead]


class Series(Wire):
    """One curve as columns of equal length. Not bucketed, mean, min and max are the value itself."""

    run_id: int
    key: str
    n_points: int
    """Points in the range before bucketing."""
    bucketed: bool
    steps: list[int]
    """Last step of each bucket."""
    times: list[float]
    """Unix seconds at that step."""
    mean: list[float | None]
    min: list[float | None]
    max: list[float | None]
    count: list[int]


class SeriesList(Wire):
    series: list[Series]
