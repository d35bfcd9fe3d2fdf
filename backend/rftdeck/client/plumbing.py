"""How the client speaks to a server."""

from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx
from pydantic import BaseModel

from rftdeck.errors import ServerUnavailable, error_of
from rftdeck.home import access_token, server_url

if TYPE_CHECKING:
    pass

Model = TypeVar("Model", bound=BaseModel)


class Http:
    """One connection to one server, kept open."""

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout_s: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = (url or server_url()).rstrip("/")
        token = token or access_token()
        self._http = httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=timeout_s,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise ServerUnavailable(f"{self.url}: {error or type(error).__name__}") from error
        if answer.is_success:
            return answer
        raise error_of(answer)

    def _json(self, method: str, path: str, params: dict[str, Any] | None = None, **options: Any) -> Any:
        clean = {key: value for key, value in (params or {}).items() if value is not None}
        return self._request(method, path, params=clean, **options).json()

    def _read(self, model: type[Model], method: str, path: str, **options: Any) -> Model:
        return model.model_validate(self._json(method, path, **options))

    def _get(self, model: type[Model], path: str, **params: Any) -> Model:
        return self._read(model, "GET", path, params=params)

    def _post(self, model: type[Model], path: str, json: Any = None, **options: Any) -> Model:
        return self._read(model, "POST", path, json=json, **options)


def plain(value: BaseModel | Mapping[str, Any]) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else dict(value)


def lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines end with a line feed alone: other line ends may stand inside of JSON texts."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    if rest:
        yield rest
