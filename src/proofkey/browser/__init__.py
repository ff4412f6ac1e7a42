"""`proofkey.js`, the login of a single-page app, and its sister modules: package data, and a folder ready for npm."""
