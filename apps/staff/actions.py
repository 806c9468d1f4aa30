"""What staff writes into the trail."""
