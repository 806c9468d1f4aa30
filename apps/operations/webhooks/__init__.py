"""Webhooks: other systems are told when something was decided, became known or ended. Ids and states, nobody's data.

rows         endpoints, and what each is to be told
events       what can be told, and writing it down beside the event itself
signing      the secret and the signature, as Standard Webhooks has them
reaching     one request to an address that may be reached
sending      the sweep: what is due is sent, some endpoints beside each other and in turn
delivering   one delivery, again and again for three days
telling      administrators are told of an endpoint that was given up
registering  adding, switching, removing endpoints; sending again by hand
changes      what of it a second person confirms
forms, views the pages
"""
