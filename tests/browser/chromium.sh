#!/bin/sh
# Starts the Chromium that CHROMIUM names without the pages behind its address bar: a new one draws the suggestions
# there as web pages, which nobody sees in a test, and for each window that costs more than all else it does.
# Chromium heeds only the last --disable-features, and Playwright gives one that must stay: both names are added to it.
for each; do
    shift
    case $each in
        --disable-features=*) each="$each,WebUIOmniboxPopup,WebUIOmniboxAimPopup" ;;
    esac
    set -- "$@" "$each"
done
exec "$CHROMIUM" "$@"
