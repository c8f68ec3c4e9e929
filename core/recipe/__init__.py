"""What the user writes: recipe files, component documents and workflow documents, read, checked and edited."""
