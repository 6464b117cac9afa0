from __future__ import annotations

from emr.fault import Fault

FAULT = Fault(given="'x'", allowed="y", why="z", write="w")


def test_a_fault_is_located_from_the_inside_out() -> None:
    located = FAULT.within("[0]").within("read").within("[1]").within("roles")
    assert located.where == "roles[1].read[0]"
    assert FAULT.within("region").within("tenancy:").where == "tenancy:region"


def test_a_fault_says_where_what_is_allowed_why_and_what_to_write() -> None:
    assert str(FAULT) == "'x'\n   allowed: y\n   why: z\n   write: w"
    assert str(FAULT.within("name").of_file("a.yaml")).startswith("a.yaml: name: 'x'\n")
    assert str(FAULT.of_file("a.yaml")).startswith("a.yaml: 'x'\n")
