"""The base of everything that crosses the wire."""

from pydantic import BaseModel, ConfigDict


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
