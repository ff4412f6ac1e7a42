"""The main job in one command: an authorization server, a single-page app on a second origin, and the fault lab."""
