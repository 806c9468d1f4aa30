"""What people ask about their own data: see what the console holds, or have it forgotten.

rooms     the table of rooms: every room says in its own subject_data.py what it holds of a person and forgets
clock     a calendar month
whom      who is meant, by internal id or full identifier; which keyed hashes are a person's own
opening   a request is opened; refusing ends it with a reason
searching rows that have to be opened to see whose they are, in slices
packing   everything the console holds, as one ZIP; packs keeps its bytes; html is the page in it;
          archives: what it cannot tell
erasing   a second person confirms; working destroys it room by room
forgetting  what the trail itself destroys: identifiers, keys, words, notes, packs
working   what a worker does about packs and erasures
"""
