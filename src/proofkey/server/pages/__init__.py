"""The pages that people see: login, consent, errors, faults. No scripts, no third-party content, nothing inline.

`render` turns a view (what is known) into a page (HTML and the headers that go with it); `assets` serves the
style sheet and the key.
"""
