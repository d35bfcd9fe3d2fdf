"""The rftdeck server: FastAPI over one SQL store, with a live stream beside it."""
