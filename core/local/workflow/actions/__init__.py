"""The step actions of workflow documents, one module per subject; `core.local.workflow.actions.table` lists them."""
