"""Parts of the toolkit that know no domain: they show texts, icons and looks that others give them."""
