"""The base of everything that crosses the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_ID = 2**31
"""Above every number of a row: PostgreSQL refuses to compare its integers with more."""
RowId = Annotated[int, Field(ge=1, lt=MAX_ID)]


class Wire(BaseModel):
    """Unknown fields are ignored, so that an older reader understands a newer writer."""

    model_config = ConfigDict(
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
        ser_json_inf_nan="null",
        protected_namespaces=(),
    )


class Strict(Wire):
    """Input written by people: an unknown field is a mistake and is refused."""

    model_config = ConfigDict(extra="forbid")
