"""The timeline page: the builds that are followed, step by step, with their logs."""
