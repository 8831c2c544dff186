"""How the judge of marks learns what people and machines do to a form. Nothing here runs where forms are read.

pens         ink: strokes of a pen on a page of pixels
hands        how people mark a box, and what it means
odd          slips, second thoughts, dirt and writing
machines     what printers, copiers, scanners, fax and telephones do to a page
wear         what happens to the paper itself
degrade      both by name, as the sets that are trained and measured on
filled       from a printed form to scans of filled pages, with the truth about every box
learn        the net's training, on numbers alone
train        all of it: `make train-marks` writes the weights anew
"""
