"""What holds for every text of `mapRoles`, however it is written."""

from __future__ import annotations

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from iam.aws_auth import AwsAuthError, RoleEntry, add, entries, find, remove

EMR = RoleEntry(
    role_arn="arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers", username="emr-containers"
)

_names = st.from_regex(r"[A-Za-z][A-Za-z0-9+=,.@_:{}/-]{0,20}", fullmatch=True)
_entries = st.builds(
    RoleEntry,
    role_arn=st.integers(0, 10**12 - 1).flatmap(lambda n: _names.map(lambda name: f"arn:aws:iam::{n:012}:role/{name}")),
    username=_names,
    groups=st.lists(_names, max_size=3).map(tuple),
)
_noise = st.sampled_from(["", "\n", "# a comment: with - odd [signs]\n", "\n   # indented\n\n"])


@st.composite
def _texts(draw: st.DrawFn) -> str:
    """Texts as people, eksctl, Terraform and Pulumi write them."""
    indent, nested = " " * draw(st.integers(0, 4)), " " * draw(st.integers(0, 4))
    quote = draw(st.sampled_from(["'", '"']))
    text = draw(_noise)
    for entry in draw(st.lists(_entries, max_size=6)):
        fields = [f"rolearn: {quote}{entry.role_arn}{quote}", f"username:  {quote}{entry.username}{quote}"]
        groups = [f"{quote}{name}{quote}" for name in entry.groups]
        if draw(st.integers(0, 3)) == 0:
            flow = [*fields, *([f"groups: [ {' ,'.join(groups)} ]"] if groups else [])]
            text += f"{indent}-   {{ {',  '.join(flow)} }}{draw(st.sampled_from(['', '  # why']))}\n" + draw(_noise)
            continue
        if draw(st.booleans()):
            fields.append(f"groups: [{', '.join(groups)}]")
        elif groups:
            fields.append("".join(["groups:", *(f"\n{indent}  {nested}- {name}" for name in groups)]))
        comments = [draw(st.sampled_from(["", "  # why"])) for _ in fields]
        lines = [field + comment for field, comment in zip(fields, comments, strict=True)]
        text += f"{indent}- " + f"\n{indent}  ".join(lines) + "\n" + draw(_noise)
    return text if draw(st.booleans()) else text.rstrip("\n")


@settings(deadline=None)
@given(text=_texts(), entry=_entries)
def test_any_edit_keeps_all_other_lines_and_their_order(text: str, entry: RoleEntry):
    before = yaml.safe_load(text) or []
    changed = add(text, entry)
    assert yaml.safe_load(changed)[:-1] == before
    assert find(changed, entry.role_arn)[-1].entry.means(entry)
    rest = iter(changed.splitlines())
    assert all(line in rest for line in text.splitlines() if text.strip())
    if not any(found.entry.means(entry) for found in entries(text)):
        assert remove(changed, entry).rstrip("\n") == (text.rstrip("\n") if text.strip() else "")


@settings(deadline=None)
@given(text=_texts(), data=st.data())
def test_removing_any_entry_leaves_all_others(text: str, data: st.DataObject):
    present = entries(text)
    if present:
        victim = data.draw(st.sampled_from(present))
        left = remove(text, victim.entry)
        kept = [found.entry for found in present]
        kept.remove(next(one for one in kept if one.means(victim.entry)))
        assert [found.entry for found in entries(left)] == kept
        assert left.count("# a comment") == text.count("# a comment")


@settings(deadline=None)
@given(text=st.text(alphabet="-[]{}:, #'\"\n\t&*!|>ab", max_size=40))
def test_any_text_is_edited_without_harm_or_refused(text: str):
    try:
        changed = add(text, EMR)
    except AwsAuthError:
        return
    assert entries(changed)[:-1] == entries(changed)[: len(entries(text))]
    assert [found.entry for found in entries(remove(changed, EMR))] == [found.entry for found in entries(text)]
