"""Single sign-on by OpenID Connect: the authorization code with PKCE, at one provider named in the settings.

config      whether it is on, and whether passwords work beside it
problems    why somebody was not let in, in words with a code
provider    what the provider publishes: its addresses and its keys
flows       what is kept between leaving for the provider and coming back
tokens      the code's exchange and every check of the ID token
matching    which person of the house somebody is
groups      the roles that the provider's groups give
standing    what the session keeps of it: how they signed in, and how to sign out there too
views       leaving and coming back
back_channel  the provider says that somebody has signed out there
"""
