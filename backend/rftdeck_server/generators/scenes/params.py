"""What every scene takes."""

from typing import Annotated

from pydantic import Field
from rftdeck.base import Strict


class SceneParams(Strict):
    size: Annotated[int, Field(ge=112, le=896)] = 448
    """Pixels of a side."""
