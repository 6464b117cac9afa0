"""What the containers of EMR's images run: the programs behind `driver`, `executor`, `job-runner` and `fluentd`.

A container of the embedded cloud is a process. Whoever starts it gives the variables CONTAINER_MOUNTS (JSON: path in
the container -> folder here), CONTAINER_HOSTS (a file like /etc/hosts, in place of cluster DNS), TERMINATION_LOG
(the file of the termination message) and AWS_ENDPOINT_URL (in place of the network path to AWS).
"""
