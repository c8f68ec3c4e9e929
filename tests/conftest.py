"""What holds for all tests: neither how busy the machine is nor chance decides whether a property holds."""

from hypothesis import HealthCheck, settings

settings.register_profile("bakehouse", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bakehouse")
