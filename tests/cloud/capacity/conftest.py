"""One start of the stack `local`, with a dedicated tenant, for all scenarios of nodes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from local import stack
from local.engine import ensure
from local.folder import CHECKOUT, Folder
from local.spark import ensure as ensure_spark
from local.surroundings import link_charts, write_kubeconfig
from tests.cloud.capacity.nodes_and_pods import DEDICATED, NAMESPACE, Cluster
from tests.cloud.conftest import running_cloud
from tests.cloud.jobs.conftest import Jobs
from tests.cloud.project_copy import Copy

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = "stacks/config"
TENANT = f"""\
name: {DEDICATED}
owner: treasury-team
costCentre: "1"
stack: local
placement: dedicated
allowDataLoss: true
"""


@pytest.fixture(scope="session")
def jobs(tmp_path_factory: pytest.TempPathFactory, lifeline: int) -> Iterator[Jobs]:
    """A platform of its own with two tenants, one of them dedicated, and Spark at hand."""
    ensure_spark(print)
    for cloud in running_cloud(Folder(tmp_path_factory.mktemp("capacity")), lifeline):
        copy = Copy.make(cloud, tmp_path_factory.mktemp("project"))
        link_charts(ensure(print).charts, copy.folder)
        for file in ("Pulumi.local.yaml", "tenants/sandbox.yaml"):
            shutil.copy(CHECKOUT / CONFIG / file, copy.folder / CONFIG / file)
        (copy.folder / CONFIG / "tenants" / f"{DEDICATED}.yaml").write_text(TENANT)
        copy.up(stack.STACK)
        write_kubeconfig(cloud.folder, cloud.shell)
        yield Jobs(cloud=cloud, tenants=stack.outputs(cloud.shell)["tenants"])


@pytest.fixture(scope="session")
def cluster(jobs: Jobs) -> Cluster:
    """The cluster of the stack, with a namespace for pods."""
    jobs.cloud.kubectl("create", "namespace", NAMESPACE)
    jobs.cloud.kubectl("wait", "nodepools", "--all", "--for=condition=Ready", "--timeout=120s")
    return Cluster(jobs.cloud)
