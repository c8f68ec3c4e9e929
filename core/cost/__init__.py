"""What a bake costs: prices, the estimate before it, the ledger during and after, the comparison of regions."""
