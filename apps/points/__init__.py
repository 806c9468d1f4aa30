"""The points room: redeeming points for a customer, giving redeemed points back, and what became of both."""
