from __future__ import annotations

import pytest
import yaml

from iam.aws_auth import AwsAuthError, RoleEntry, add, entries, find, remove

EMR = RoleEntry(
    role_arn="arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers", username="emr-containers"
)
NODES = RoleEntry(
    role_arn="arn:aws:iam::123456789012:role/nodes",
    username="system:node:{{EC2PrivateDNSName}}",
    groups=("system:bootstrappers", "system:nodes"),
)
EKSCTL = """\
- groups:
  - system:bootstrappers
  - system:nodes
  rolearn: arn:aws:iam::123456789012:role/nodes
  username: system:node:{{EC2PrivateDNSName}}
"""
BY_HAND = """\
# the nodes; do not touch (ops, 2021)
  - rolearn:   "arn:aws:iam::123456789012:role/nodes"   # system nodes
    username: 'system:node:{{EC2PrivateDNSName}}'
    groups: [system:bootstrappers,
             system:nodes]

  # people
  - {rolearn: arn:aws:iam::123456789012:role/admin, username: admin, groups: ["system:masters"]}
  # end
"""
PULUMI_EMPTY = "[]\n"


@pytest.mark.covers("CA-12")
def test_an_entry_is_written_with_role_and_user_and_without_groups():
    assert yaml.safe_load(add("", EMR)) == [
        {
            "rolearn": "arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers",
            "username": "emr-containers",
        }
    ]


@pytest.mark.covers("CA-13")
@pytest.mark.parametrize(
    "text", [EKSCTL, BY_HAND, PULUMI_EMPTY, "", "# nobody yet\n", '[{"rolearn": "a", "username": "b"}]']
)
def test_adding_and_removing_gives_the_text_back_byte_for_byte(text: str):
    assert add(text, EMR) != text
    assert remove(add(text, EMR), EMR) == text


def test_an_added_entry_stands_behind_the_last_one_in_the_indentation_of_the_list():
    assert add(BY_HAND, EMR) == BY_HAND.replace(
        "  # end\n",
        "  - rolearn: arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers\n"
        "    username: emr-containers\n"
        "  # end\n",
    )


def test_a_list_in_brackets_stays_in_brackets():
    assert add("[]\n", RoleEntry(role_arn="arn:r", username="u")) == "[{rolearn: 'arn:r', username: u}]\n"
    assert add("[ {rolearn: a, username: b}, ] # x", RoleEntry(role_arn="c", username="d", groups=("g",))) == (
        "[ {rolearn: a, username: b}, {rolearn: c, username: d, groups: [g]}, ] # x"
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[{rolearn: a, username: b}, {rolearn: c, username: d}]", "[{rolearn: c, username: d}]"),
        ("[{rolearn: c, username: d}, {rolearn: a, username: b}]", "[{rolearn: c, username: d}]"),
        ("[{rolearn: c, username: d}, # keep\n {rolearn: a, username: b}]", None),
        ("[{rolearn: a, username: b}, # keep\n {rolearn: c, username: d}]", None),
    ],
)
def test_removing_from_brackets_keeps_the_others_and_their_comments(text: str, left: str | None):
    result = remove(text, RoleEntry(role_arn="a", username="b"))
    assert yaml.safe_load(result) == [{"rolearn": "c", "username": "d"}]
    assert left is None or result == left
    assert ("# keep" in result) == ("# keep" in text)


def test_removing_takes_exactly_the_lines_of_the_entry():
    text = BY_HAND.replace("  # people\n", "  # people\n  - rolearn: x\n    username: y # ours\n")
    assert remove(text, RoleEntry(role_arn="x", username="y")) == BY_HAND


def test_only_the_first_of_two_equal_entries_is_removed():
    assert remove(add(add(EKSCTL, EMR), EMR), EMR) == add(EKSCTL, EMR)


def test_an_entry_of_the_role_with_another_user_is_not_ours_to_remove():
    foreign = RoleEntry(role_arn=EMR.role_arn, username="someone")
    assert remove(add(EKSCTL, foreign), EMR) == add(EKSCTL, foreign)


def test_entries_are_found_whatever_the_case_of_arn_and_key():
    text = f"- roleARN: {EMR.role_arn.upper()}\n  Username: emr-containers\n"
    assert [found.entry.means(EMR) for found in find(text, EMR.role_arn)] == [True]


@pytest.mark.covers("CA-13")
def test_duplicates_are_found_with_their_lines():
    text = add(add(add("", EMR), NODES), EMR)
    assert [found.line for found in find(text, EMR.role_arn)] == [1, 8]


def test_the_order_of_groups_has_no_meaning():
    assert NODES.means(RoleEntry(role_arn=NODES.role_arn, username=NODES.username, groups=NODES.groups[::-1]))
    assert not NODES.means(RoleEntry(role_arn=NODES.role_arn, username=NODES.username))


@pytest.mark.parametrize("text", ["", "\n", "   ", '""', "``", "# only words\n", "---\n", "---\n[]"])
def test_texts_that_eks_reads_as_no_entries_take_the_first_one(text: str):
    assert entries(text) == ()
    assert yaml.safe_load(add(text, EMR)) == yaml.safe_load(add("", EMR))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- rolearn: a\n\tusername: b\n", "line 2, column 1"),
        ("- rolearn: [a\n", "line 2, column 1"),
        ("rolearn: a\nusername: b\n", "must be a list of mappings, and is a dict"),
        ("mapRoles", "must be a list of mappings, and is a str"),
        ("- rolearn: a\n  username: b\n- c\n", "line 3: an entry must be a mapping"),
        ("- rolearn: a\n---\n- rolearn: b\n", "line 2"),
        ("- rolearn: a\x00\n", "not readable as YAML"),
        ("- since: 2021-13-41\n", "not readable as YAML"),
        ("!!python/object:os.system []\n", "not readable as YAML"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_the_place(text: str, says: str):
    for change in (add, remove):
        with pytest.raises(AwsAuthError, match="mapRoles") as refused:
            change(text, EMR)
        assert says in str(refused.value)


@pytest.mark.parametrize("text", ["null", "- rolearn: a\n  username: b\n...\n# end\n---\n"])
def test_what_cannot_be_edited_in_place_is_refused_and_not_rewritten(text: str):
    with pytest.raises(AwsAuthError):
        add(text, EMR)


def test_windows_line_ends_stay():
    text = EKSCTL.replace("\n", "\r\n")
    assert add(text, EMR).count("\n") == add(text, EMR).count("\r\n")
    assert remove(add(text, EMR), EMR) == text


def test_two_hundred_entries_keep_their_places():
    many = "".join(
        f"- rolearn: arn:aws:iam::123456789012:role/r{n}\n  username: u{n} # {n}\n  groups:\n    - g{n}\n"
        for n in range(200)
    )
    changed = add(many, EMR)
    assert len(entries(changed)) == 201
    middle = RoleEntry(role_arn="arn:aws:iam::123456789012:role/r100", username="u100", groups=("g100",))
    written = "- rolearn: arn:aws:iam::123456789012:role/r100\n  username: u100 # 100\n  groups:\n    - g100\n"
    assert remove(changed, middle) == changed.replace(written, "")
