from __future__ import annotations

import pytest

from local.aws.emulator.generation import GenerationError, StateFolder


def test_a_new_generation_chooses_a_port_and_keeps_it(tmp_path):
    folder = StateFolder(tmp_path)
    generation = folder.open()
    assert generation.endpoint == f"http://127.0.0.1:{generation.port}"
    folder.write_state(b"state")
    folder.write(generation, saved=True)
    again = StateFolder(tmp_path).open()
    assert (again.port, again.id, again.saved) == (generation.port, generation.id, True)
    assert folder.read_state() == b"state"


def test_a_state_in_use_is_not_saved_so_a_killed_emulator_leaves_none(tmp_path):
    folder = StateFolder(tmp_path)
    generation = folder.open()
    folder.write_state(b"state")
    folder.write(generation, saved=True)
    folder.write(generation, saved=False)
    with pytest.raises(GenerationError, match="ended without saving its state"):
        StateFolder(tmp_path).open()


def test_a_generation_that_cannot_be_read_is_refused_with_its_file(tmp_path):
    (tmp_path / "generation.json").write_text("{")
    with pytest.raises(GenerationError, match=r"generation\.json cannot be read"):
        StateFolder(tmp_path).open()
