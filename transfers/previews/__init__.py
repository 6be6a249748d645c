"""Looking into a kept file without leaving the page; each look ends at a limit.

What a file holds is another's word: nothing of it is run, followed or trusted, and
what cannot be seen (control and direction marks) is written out.
"""

from transfers.previews.looking import Preview, look
from transfers.previews.zipped import Listing, UnknownMember, listing, look_inside

__all__ = ["Listing", "Preview", "UnknownMember", "listing", "look", "look_inside"]
