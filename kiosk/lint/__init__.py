"""What is good to read and to hear, as pure rules over words. A rule knows no survey, no file and no channel."""
