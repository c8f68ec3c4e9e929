"""Component documents, run as AWSTOE runs them: read on the host, acted out in the machine through its `Guest`.

`core.local.toe.run.execute` is the way in; `core.local.toe.choices` lists what AWS leaves unsaid and we decided.
"""
