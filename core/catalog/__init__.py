"""Facts of AWS without prices: regions, instance types, limits. Data files stand under resources/catalog."""
