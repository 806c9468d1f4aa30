"""Finding a customer and everything an agent sees and does on the customer's page."""
