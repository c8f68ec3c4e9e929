"""The parts of the component editor: lanes and cards, forms, the text beside them."""
