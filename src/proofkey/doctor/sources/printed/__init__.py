"""Objects as programs print them: Node's `util.inspect` and the consoles of browsers, PHP's arrays, maps of Dart.

What was printed may be cut in depth, coloured, or end in the middle; it is read as far as it goes and never run.
"""
