"""Words in the readers' languages, and sentences with facts in them."""
