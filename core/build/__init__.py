"""Following a build: what it says of itself (source), events, their fold into a Run, the journal, and what went wrong.

    Source ──watch──▶ events ──fold──▶ Run ──chart──▶ bars ──▶ usual · comparison · durations · whatever view
                         │              └──▶ failure ──▶ cause
                         └───▶ journal ──replay──▶ the same Run ──▶ bundle, one file of it all

Nothing here knows whether the build runs on AWS or on this machine.
"""
