"""What an administrator does with people: roles, stores, in and out, and invitations."""
