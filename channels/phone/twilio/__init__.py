"""The phone by Twilio: it fetches a document for each step of a call, and tells what happened by signed webhooks.

documents    from a step to TwiML
blueprint    the webhooks, and the sounds that Twilio fetches
recordings   fetches what callers said, and deletes it there
doctor       whether all of it is set

Twilio is a company in the USA; the office's own telephone system (asterisk) is the default.
"""
