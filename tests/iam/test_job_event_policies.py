from iam import events


def test_only_the_rule_may_send_to_a_queue_and_only_it_is_named() -> None:
    allowed, refused = events.queue(queue_arn="Q", rule_arn="R")["Statement"]
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert (allowed["Action"], allowed["Resource"]) == ("sqs:SendMessage", "Q")
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": "R"}}
    assert refused["Effect"] == "Deny"
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_forwarder_may_put_events_on_the_one_bus_and_nothing_else() -> None:
    (statement,) = events.forwarding("B")["Statement"]
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Allow", "events:PutEvents", "B")
