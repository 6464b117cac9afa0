"""What EMR itself makes, watches and removes in the namespace of a virtual cluster to run one job.

Everything is done through a client of the API server as user `emr-containers`, so that the rights, quotas and policies
of the namespace decide, as they do on EKS.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from local.aws.emulator.emr_containers.workload import config_map, names, refusals, roles, service_accounts, submitter
from local.aws.emulator.emr_containers.workload.observation import Observation, observe
from local.aws.emulator.emr_containers.workload.refusals import WorkloadRefused
from local.aws.emulator.emr_containers.workload.removal import remove
from local.control_plane import ApiError

if TYPE_CHECKING:
    from local.aws.emulator.emr_containers.job_run import JobRun
    from local.control_plane import Api

__all__ = ["Observation", "WorkloadRefused", "observe", "remove", "submit"]


def submit(api: Api, job: JobRun) -> None:
    """Make service accounts, Roles, bindings, ConfigMap and Job for an attempt of a job run.

    May be called again for the same attempt: what is there is left alone.

    Raises:
        WorkloadRefused: the request, or what quota, limits or admission say of it, does not let the run start.
        ApiError: a permission is missing, the namespace is gone, or the API server does not answer.
    """
    wanted = submitter.document(job)  # first of all what the request may have wrong
    try:
        service_accounts.ensure_all(api, job)
        roles.ensure_all(api, job)
        config_map.make(api, job)
        try:
            owner = submitter.make(api, job, wanted)
        except ApiError:
            with contextlib.suppress(ApiError):
                api.delete(names.core(job, "configmaps", names.config_map_name(job)))
            raise
        config_map.give_to(api, job, owner)
    except ApiError as error:
        raise refusals.explained(error) from error
