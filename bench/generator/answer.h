/* Reads one HTTP/1.1 answer out of a buffer (RFC 9112): by Content-Length, in chunks, or until the end of the stream. */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct answer {
    int status;
    const char *head; /* without the status line's start; ends before the empty line */
    size_t head_length;
    char *body;
    size_t body_length;
    bool closes; /* the server wants no further request on this connection */
};

enum reading { INCOMPLETE, WHOLE, BROKEN };

/* Finds a header's value; NULL where there is none. `name` is in any case and without its colon. */
static const char *header(const struct answer *answer, const char *name, size_t *length)
{
    size_t named = strlen(name);
    const char *end = answer->head + answer->head_length;
    for (const char *line = answer->head; line < end;) {
        const char *stop = memchr(line, '\r', (size_t)(end - line));
        if (!stop)
            stop = end;
        if ((size_t)(stop - line) > named && line[named] == ':' && strncasecmp(line, name, named) == 0) {
            const char *value = line + named + 1;
            while (value < stop && (*value == ' ' || *value == '\t'))
                value++;
            *length = (size_t)(stop - value);
            return value;
        }
        line = stop + 2;
    }
    return NULL;
}

/* Joins the chunks in place once the last one is there. */
static enum reading join_chunks(char *data, size_t length, size_t *joined)
{
    char *end = data + length, *to = data;
    for (int pass = 0; pass < 2; pass++) {
        for (char *at = data;;) {
            char *line = memmem(at, (size_t)(end - at), "\r\n", 2);
            if (!line)
                return INCOMPLETE;
            char *after;
            unsigned long size = strtoul(at, &after, 16);
            if (after == at || size > length)
                return BROKEN;
            char *chunk = line + 2;
            if ((size_t)(end - chunk) < size + 2)
                return INCOMPLETE; /* the last chunk too ends with an empty line; trailers are not expected */
            if (size == 0)
                break;
            at = chunk + size + 2;
            if (pass == 1) {
                memmove(to, chunk, size);
                to += size;
            }
        }
    }
    *joined = (size_t)(to - data);
    return WHOLE;
}

/* Reads `length` octets, a zero behind them; `ended` says that the stream is over. */
static enum reading read_answer(char *data, size_t length, bool ended, struct answer *answer)
{
    char *empty = memmem(data, length, "\r\n\r\n", 4);
    if (!empty)
        return ended ? BROKEN : INCOMPLETE;
    if (length < 12 || memcmp(data, "HTTP/1.", 7) != 0)
        return BROKEN;
    const char *first = memchr(data, '\r', length);
    answer->status = atoi(data + 9);
    answer->head = first + 2;
    answer->head_length = first == empty ? 0 : (size_t)(empty - answer->head) + 2;
    answer->body = empty + 4;
    answer->body_length = length - (size_t)(answer->body - data);

    size_t size;
    const char *value = header(answer, "connection", &size);
    answer->closes = value ? size == 5 && strncasecmp(value, "close", 5) == 0 : data[7] == '0';
    if (header(answer, "transfer-encoding", &size))
        return join_chunks(answer->body, answer->body_length, &answer->body_length);
    if ((value = header(answer, "content-length", &size))) {
        size_t expected = strtoul(value, NULL, 10);
        if (answer->body_length < expected)
            return ended ? BROKEN : INCOMPLETE;
        answer->body_length = expected;
        return WHOLE;
    }
    if (answer->status == 204 || answer->status == 304)
        return WHOLE;
    answer->closes = true;
    return ended ? WHOLE : INCOMPLETE;
}

#endif
