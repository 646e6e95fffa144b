"""What all tests share: property tests never fail for being slow, on a busy machine or a slow one."""

from hypothesis import HealthCheck, settings

settings.register_profile("omni-arc", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("omni-arc")
