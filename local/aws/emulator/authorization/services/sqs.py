"""Queues, as far as programs send to them and read them.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for Amazon SQS"; SQS Developer Guide,
"Using custom policies": the policy of a queue and the caller's count together, also across accounts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.sqs.models import sqs_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.authorization.asks import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.aws.emulator.authorization.requests import Place, Rpc

_SQS: Any = sqs_backends
QUEUE = frozenset(
    {
        "ChangeMessageVisibility",
        "DeleteMessage",
        "GetQueueAttributes",
        "GetQueueUrl",
        "ReceiveMessage",
        "SendMessage",
    }
)
"""Operations on a queue, with the action of their name."""
BATCHES = {
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "DeleteMessageBatch": "DeleteMessage",
    "SendMessageBatch": "SendMessage",
}
"""Operations on several messages of a queue, each with its action."""
OPERATIONS = QUEUE | BATCHES.keys()


def asks(call: Rpc, place: Place) -> Iterator[Ask]:
    """Give what a call asks for."""
    action = f"sqs:{BATCHES.get(call.operation, call.operation)}"
    url = str(call.parameters.get("QueueUrl", ""))
    owner, name = url.rstrip("/").split("/")[-2:] if url.count("/") > 1 else ("", "")
    if not name:
        owner = str(call.parameters.get("QueueOwnerAWSAccountId") or place.account)
        name = str(call.parameters.get("QueueName", "*"))
    queue: Any = _SQS[owner][place.region].queues.get(name) if owner in list(_SQS) else None
    policy: Any = json.loads(queue.policy) if queue is not None and queue.policy else None
    yield Ask(action=action, resource=f"arn:aws:sqs:{place.region}:{owner}:{name}", owner=owner, policy=policy)
