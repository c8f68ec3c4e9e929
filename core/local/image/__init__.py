"""Images of the local Image Builder: qcow2 layers in a folder per region, captured, copied, imported and exported."""
