"""Knowledge in, pages out: pure functions from records to the files of the site."""
