from collections.abc import Iterator

import pytest

from tests.committed import committed
from tests.journal.stumbles import Diary, registered

__all__ = ["committed"]


@pytest.fixture
def diary() -> Iterator[Diary]:
    with registered() as diary:
        yield diary
