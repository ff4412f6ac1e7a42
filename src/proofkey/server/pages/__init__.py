"""The pages that people see: login, consent, errors, faults, admin. No third-party content, nothing inline, and no
script save the one that keeps the journal up to date.

`render` turns a view (what is known) into a page (HTML and the headers that go with it); `assets` serves the
style sheet and the key.
"""
