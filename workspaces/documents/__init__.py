"""Documents: written in Markdown with live blocks, published as versions, signed off."""
