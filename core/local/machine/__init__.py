"""Virtual machines of the local Image Builder: QEMU, the channel into the guest, its network, and the fleet of them."""
