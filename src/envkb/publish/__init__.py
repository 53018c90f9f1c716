"""From knowledge to a site: render the pages, run the builder, check what came out."""
