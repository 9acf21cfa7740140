"""What all pages and lists here have in common: the front page, navigation, where a page of a list begins."""
