"""Create, read, update and delete, the same for every row. All property values are plain here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.providers.aws import equality, naming, reading, tags, template
from local.aws.providers.aws.diff import difference
from local.aws.providers.aws.failures import PartlyDoneError, ProviderError, fault
from local.aws.providers.aws.projection import inputs_of, outputs_of
from local.aws.providers.aws.rows import Action
from local.aws.providers.aws.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.aws.providers.aws.cloud import Cloud
    from local.aws.providers.aws.resource import Resource

Properties = dict[str, Any]


def create(resource: Resource, cloud: Cloud, inputs: Properties, timeout: float) -> tuple[str, Properties]:
    """Create the resource and give its id and outputs; raise `PartlyDoneError` if it exists but is not as asked."""
    row = resource.row
    inputs = _named_by_prefix(resource, inputs)
    work = Work(resource, cloud, properties=inputs, timeout=timeout)
    wanted = equality.merge_tags(cloud.configuration.default_tags, inputs.get("tags"))
    at_once = tags.on_create(resource, wanted)
    answer = work.api(row.create.operation, **resource.request(row.create, inputs, work.values), **at_once)
    work.named(_identify(row.id, {**answer, **work.values}))
    try:
        if row.after_create is not None:
            row.after_create(work)
        live = work.until_ready()
        if live is None:
            raise ProviderError("is gone right after it was created")  # noqa: TRY301 - joins what AWS may raise here
        if _complete(work, live, inputs, {} if at_once else wanted):
            live = work.until_ready()
        return work.id, _verified(work, live, inputs, inputs.keys() | {"tags"})
    except Exception as error:
        raise _partly_done(work, inputs, error) from error


def _named_by_prefix(resource: Resource, inputs: Properties) -> Properties:
    rule = resource.row.autoname
    if rule is None or rule.name in inputs or rule.prefixed_by not in inputs:
        return inputs
    return {**inputs, rule.name: naming.from_prefix(inputs[rule.prefixed_by])}


def _identify(pattern: str, values: Properties) -> str:
    return str(template.fill(pattern, values) if "{" in pattern else reading.search(pattern, values))


def _complete(work: Work, live: reading.Live, inputs: Properties, wanted: Mapping[str, str]) -> bool:
    """Bring about what the create operation could not say; say whether there was anything."""
    resource = work.resource
    if wanted:
        tags.change(resource, work, {}, wanted)
    state = reading.properties(resource, work.cloud, live, work.values)
    missing = {
        name
        for name in resource.stateful & inputs.keys() & resource.updatable
        if name not in resource.covered(resource.row.create) and not resource.same(name, inputs[name], state.get(name))
    }
    _apply(work, missing, state, inputs)
    return bool(wanted or missing)


def _apply(work: Work, changed: Iterable[str], olds: Properties, news: Properties) -> None:
    """Call the update operations that take the changed properties."""
    resource, changed = work.resource, set(changed)
    for update in resource.row.updates:
        names = resource.covered(update) & changed
        if not names:
            continue
        if isinstance(update, Action):
            update.run(work, olds, news)
            continue
        groups = [{name} for name in sorted(names)] if update.each else [names]
        for group in groups:
            call = update.clear if update.clear and all(equality.blank(news.get(n)) for n in group) else update
            said = resource.covered(update) & news.keys() if update.whole else group
            request = resource.request(call, {name: news.get(name) for name in said}, work.values)
            answer = work.api(call.operation, **request)
            if resource.row.settle is not None:
                resource.row.settle(work, answer)


def _partly_done(work: Work, inputs: Properties, error: Exception) -> PartlyDoneError:
    """Give the error with which the engine keeps a resource that failed on its way, faults of the stand-in included."""
    reason = error if isinstance(error, ProviderError) else fault(error)
    return PartlyDoneError(work.id, _known(work, inputs), reason)


def _known(work: Work, inputs: Properties) -> Properties:
    """Give what can be said of a resource that failed on its way."""
    try:
        live = work.read()
    except Exception:  # noqa: BLE001 - the first error is the one to tell
        live = None
    return inputs if live is None else outputs_of(work, live, inputs)


def _verified(work: Work, live: reading.Live | None, inputs: Properties, changed: Iterable[str]) -> Properties:
    """Give the outputs of what was read back; refuse what of the changes the embedded cloud did not keep."""
    if live is None:
        raise ProviderError("is gone")
    outputs = outputs_of(work, live, inputs)
    resource = work.resource
    lost = [
        f"{name} (asked for {inputs[name]!r}, there is {outputs.get(name)!r})"
        for name in sorted(resource.stateful.intersection(changed, inputs))
        if not resource.same(name, inputs[name], outputs.get(name))
    ]
    if "tags" in changed and resource.row.tags:
        configuration = work.cloud.configuration
        wanted = equality.merge_tags(configuration.default_tags, inputs.get("tags"))
        kept = {key for key, value in outputs["tagsAll"].items() if wanted.get(key) == value}
        lost += [f"tag {key}" for key in sorted(wanted.keys() - kept) if configuration.keeps(key)]
    if lost:
        raise ProviderError(f"the embedded cloud did not keep {', '.join(lost)}")
    return outputs


def update(
    resource: Resource,
    cloud: Cloud,
    id_: str,
    *,
    olds: Properties,
    old_inputs: Properties,
    news: Properties,
    ignored: Iterable[str] = (),
    timeout: float = 0,
) -> Properties:
    """Bring the resource from the state `olds` to the inputs `news` and give its outputs."""
    lasting = {name: value for name, value in olds.items() if name not in resource.row.settings}
    work = Work(resource, cloud, id_=id_, properties={**lasting, **news}, timeout=timeout)
    default = cloud.configuration.default_tags
    changed = difference(
        resource,
        olds=olds,
        old_inputs=old_inputs,
        news=news,
        default_tags=default,
        ignored=ignored,
    ).changed
    try:
        if "tags" in changed:
            tags.change(resource, work, olds.get("tagsAll") or {}, equality.merge_tags(default, news.get("tags")))
        _apply(work, changed - {"tags"}, olds, news)
        return _verified(work, work.until_ready(fully=False), news, changed)
    except Exception as error:
        raise _partly_done(work, news, error) from error


def read(
    resource: Resource,
    cloud: Cloud,
    id_: str,
    *,
    state: Properties,
    inputs: Properties | None,
) -> tuple[Properties, Properties] | None:
    """Give the resource's inputs and outputs as they are now; None if it is gone. Without inputs it is an import."""
    work = Work(resource, cloud, id_=id_, properties={**state, **(inputs or {})})
    if not state:
        work.values.update(_parsed(resource, id_))
    live = work.read()
    if live is None:
        return None
    outputs = outputs_of(work, live, inputs or {}, settings=state)
    return inputs_of(resource, outputs, inputs), outputs


def _parsed(resource: Resource, id_: str) -> Properties:
    pattern = resource.row.id
    if "{" not in pattern:
        return {}
    values = template.parse(pattern, id_)
    if values is None:
        raise ProviderError(f"the id {id_} of a {resource.sdk.type} should have the form {pattern}")
    return dict(values)


def delete(resource: Resource, cloud: Cloud, id_: str, state: Properties, timeout: float) -> None:
    """Delete the resource; one that is gone already is no error."""
    row = resource.row
    work = Work(resource, cloud, id_=id_, properties=state, timeout=timeout)
    if state.get("skipDestroy"):
        return
    if row.before_delete is not None and work.live() is not None:
        row.before_delete(work)
    if row.delete is None:
        return
    work.delete(row.delete.operation, template.fill(dict(row.delete.request), work.values))
    work.until_gone()
