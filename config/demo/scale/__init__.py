"""A publication of any size, made up by dice: to see what a site costs when it has grown."""
