"""The client side of AWS: the one place that talks through boto3, to AWS itself or to the local Image Builder.

Everything above it gets frozen values and the errors of `core.errors`; no botocore type crosses this border.
"""

import logging

# Botocore's debug records hold whole requests and answers, keys and tokens among them. Whoever turns on debug records
# for the app must not get those; who really wants them sets the level of this logger after importing us.
logging.getLogger("botocore").setLevel(logging.INFO)
