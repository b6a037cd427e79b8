"""What all tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from guanjia import Desk
from hypothesis import settings

# A busy machine is no failure, and a run leaves nothing behind.
settings.register_profile("guanjia", deadline=None, database=None)
settings.load_profile("guanjia")

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(params=["memory", "file"])
def new_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes the one desk of a test, in memory and on a file."""
    opened: list[Desk] = []

    def open_one(**options: object) -> Desk:
        path = tmp_path / "desk.db" if request.param == "file" else None
        opened.append(Desk(path, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for desk in opened:
        desk.close()
