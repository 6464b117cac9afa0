from __future__ import annotations

from tests.local.aws.emulator.emr_role import NAMESPACE


def test_tags_keep_the_rules(aws, open_namespace, create, refused):
    open_namespace(NAMESPACE)
    arn = create(tags={"a": "b"})["arn"]
    emr = aws("emr-containers")
    emr.tag_resource(resourceArn=arn, tags={"a": "c", "Empty": "", "p+-=._:/@ ä1": "v"})
    assert emr.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "c", "Empty": "", "p+-=._:/@ ä1": "v"}
    emr.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert "a" not in emr.list_tags_for_resource(resourceArn=arn)["tags"]
    for bad in ({"AWS:x": "v"}, {"x": "aws:v"}, {"a,b": "v"}, {"k" * 129: "v"}, {"k": "v" * 257}):
        assert refused(emr.tag_resource, resourceArn=arn, tags=bad)[0] == "ValidationException"
    many = {f"k{n}": "v" for n in range(49)}
    assert refused(emr.tag_resource, resourceArn=arn, tags=many)[1] == "A resource can have at most 50 tags."


def test_tags_that_cannot_be_applied_stop_the_creation(aws, open_namespace, parameters, refused):
    open_namespace(NAMESPACE)
    emr = aws("emr-containers")
    assert refused(emr.create_virtual_cluster, **parameters(tags={"aws:a": "b"}))[0] == "ValidationException"
    assert emr.list_virtual_clusters()["virtualClusters"] == []


def test_a_terminated_virtual_cluster_cannot_be_tagged(world, aws, open_namespace, create, refused):
    open_namespace(NAMESPACE)
    made = create(tags={"a": "b"})
    emr = aws("emr-containers")
    emr.delete_virtual_cluster(id=made["id"])
    world.settle()
    assert refused(emr.tag_resource, resourceArn=made["arn"], tags={"c": "d"})[1] == (
        "Virtual cluster state TERMINATED is not valid to tag resource."
    )
    assert emr.list_tags_for_resource(resourceArn=made["arn"])["tags"] == {}
