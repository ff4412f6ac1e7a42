/* Finds single values in a redirect's query and in a token answer. */
#ifndef READING_H
#define READING_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Copies a query parameter's value as it stands, percent-encoded: so it goes into the form. */
static bool parameter(const char *query, size_t length, const char *name, char *value, size_t room)
{
    size_t named = strlen(name);
    for (const char *at = query, *end = query + length; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop ? stop : end;
        if ((size_t)(stop - at) > named && memcmp(at, name, named) == 0 && at[named] == '=') {
            size_t size = (size_t)(stop - at) - named - 1;
            if (size == 0 || size >= room)
                return false;
            memcpy(value, at + named + 1, size);
            value[size] = 0;
            return true;
        }
        at = stop + 1;
    }
    return false;
}

/* Copies a string member of a flat JSON object; tokens hold no escapes. */
static bool member(const char *json, const char *name, char *value, size_t room)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\"", name);
    const char *at = strstr(json, quoted);
    if (!at)
        return false;
    at += strlen(quoted);
    at += strspn(at, " \t\r\n");
    if (*at++ != ':')
        return false;
    at += strspn(at, " \t\r\n");
    if (*at++ != '"')
        return false;
    size_t size = strcspn(at, "\"");
    if (size == 0 || size >= room || at[size] != '"')
        return false;
    memcpy(value, at, size);
    value[size] = 0;
    return true;
}

#endif
