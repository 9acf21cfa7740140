"""The posts of the province and who may act there."""
