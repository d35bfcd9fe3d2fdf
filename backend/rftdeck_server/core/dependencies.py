"""What routes ask for, as nouns."""

from typing import Annotated

from fastapi import Depends, Path, Request
from rftdeck.base import MAX_ID

from rftdeck_server.core.auth import Principal
from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import DatabaseDep
from rftdeck_server.core.settings import Settings


def get_bus(request: Request) -> Bus:
    bus: Bus = request.app.state.bus
    return bus


def get_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def get_principal(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


Id = Annotated[int, Path(ge=1, lt=MAX_ID)]
"""Of a row, in a path."""
BusDep = Annotated[Bus, Depends(get_bus)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
PrincipalDep = Annotated[Principal, Depends(get_principal)]

__all__ = ["BusDep", "DatabaseDep", "Id", "PrincipalDep", "SettingsDep"]
