"""What can be wrong with a cluster."""

from inference.errors import InferenceError


class ClusterError(InferenceError):
    """Ray is not installed, the cluster can't be reached, or none of its machines can be used."""
