"""What holds for all tests: how busy the machine is must not decide whether a property holds."""

from hypothesis import HealthCheck, settings

settings.register_profile("bakehouse", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bakehouse")
