"""The parts of the Mail screen: how the sending goes, one mail in full, the demo's mailbox."""
