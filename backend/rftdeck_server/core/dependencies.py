"""What routes ask for, as nouns."""

from typing import Annotated

from fastapi import Depends, Request

from rftdeck_server.core.bus import Bus
from rftdeck_server.core.database import DatabaseDep
from rftdeck_server.core.settings import Settings


def get_bus(request: Request) -> Bus:
    bus: Bus = request.app.state.bus
    return bus


def get_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


BusDep = Annotated[Bus, Depends(get_bus)]
SettingsDep = Annotated[Settings, Depends(get_settings)]

__all__ = ["BusDep", "DatabaseDep", "SettingsDep"]
