"""What an administrator does with stores: adding, changing, closing, and the sign-in of their own tills."""
