"""Objects that EMR keeps for later jobs: made when they are missing, left as they are when they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.control_plane import Api

Document = dict[str, Any]


def ensure(api: Api, collection: str, document: Document) -> None:
    """Create a document in a collection unless one of its name is there.

    Asks first: a create beyond a quota on the number of objects is refused also where the object exists.

    Raises:
        ApiError: the API server refuses, or does not answer.
    """
    try:
        api.get(f"{collection}/{document['metadata']['name']}")
    except ApiError as error:
        if error.reason != "NotFound":
            raise
    else:
        return
    try:
        api.create(collection, document)
    except ApiError as error:
        if error.reason != "AlreadyExists":  # another job of the role was faster
            raise
