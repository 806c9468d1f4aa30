"""The pages of redeeming and reversing."""
