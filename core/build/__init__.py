"""Following a build: what it says of itself (source), events, their fold into a Run, the journal, and what went wrong.

    Source ──watch──▶ events ──fold──▶ Run ──▶ failure · durations · whatever view
                         └───▶ journal ──replay──▶ the same Run

Nothing here knows whether the build runs on AWS or on this machine.
"""
