"""The referrals room: whom a customer invited and who came, inviting, checking codes, and what to look at twice."""
