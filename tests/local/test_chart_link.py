from __future__ import annotations

from local.surroundings import link_charts


def test_the_checkouts_link_leads_to_the_charts_and_follows_when_they_move(tmp_path):
    checkout, old, new = (tmp_path / name for name in ("checkout", "old", "new"))
    for folder in (checkout, old, new):
        folder.mkdir()
    (new / "karpenter").mkdir()
    link = checkout / ".local" / "charts"
    link_charts(old, checkout)
    link_charts(old, checkout)
    assert link.resolve() == old
    link_charts(new, checkout)
    assert (link / "karpenter").is_dir()
    assert [path.name for path in link.parent.iterdir()] == ["charts"], "nothing unfinished is left"


def test_a_link_of_a_run_that_was_killed_half_way_does_no_harm(tmp_path):
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "charts").symlink_to(tmp_path / "gone")
    link_charts(tmp_path, tmp_path)
    assert (tmp_path / ".local" / "charts").resolve() == tmp_path
