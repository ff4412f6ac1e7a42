"""The pages that people see: login, consent, errors, faults, admin. No third-party content, and two scripts:
one sends the form of a `form_post` answer, one keeps the journal up to date.

`render` turns a view (what is known) into a page (HTML and the headers that go with it); `assets` serves the
style sheet and the key.
"""
