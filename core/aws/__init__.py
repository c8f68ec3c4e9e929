"""The client side of AWS: the one place that talks through boto3, to AWS itself or to the local Image Builder.

Everything above it gets frozen values and the errors of `core.errors`; no botocore type crosses this border.
"""
