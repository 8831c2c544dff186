"""The office's own telephone system: Asterisk hands each call over by FastAGI. How it is set up stands in
deploy/asterisk/README.md.

agi          the lines of the protocol, as data
connection   one TCP connection, which is one call
line         the five things that a line can do
server       takes calls, inside `kiosk start`
doctor       whether it can be used
"""
