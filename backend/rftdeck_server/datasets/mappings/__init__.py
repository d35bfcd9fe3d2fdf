"""From records to rows: the record formats of the field, recognised from their columns."""
