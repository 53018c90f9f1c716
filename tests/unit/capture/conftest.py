from pathlib import Path

import pytest

from machine_tree import MachineTree


@pytest.fixture
def tree(tmp_path: Path) -> MachineTree:
    return MachineTree(tmp_path)
