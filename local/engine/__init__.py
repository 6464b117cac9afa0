"""The engine of the embedded cloud: real upstream programs, the user's own or built here and cached.

`ensure()` gives them all. `python -m local.engine` does the same and prints where they are.
"""

from __future__ import annotations

from local.engine.engine import Engine, Origin, Part
from local.engine.errors import EngineError
from local.engine.providing import ensure, provide

__all__ = ["Engine", "EngineError", "Origin", "Part", "ensure", "provide"]
