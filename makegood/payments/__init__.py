"""Money that came in and money that goes back, tender by tender.

Who holds a card's money is a gateway, outside the house; what we ask it and what it tells us are values of our own.
Nothing is called sent back before the gateway says so, and nothing is sent back twice.
"""
