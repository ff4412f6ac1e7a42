/* Drives full logins at a server and counts those that are right from end to end.

   One login: GET the authorization endpoint with a session's cookie -> a redirect to the right URI with the same state
   and a code never seen before (RFC 6749 4.1.2) -> POST the token endpoint with the verifier (RFC 7636 4.5) -> 200 with
   an access token never seen before. Each connection makes one login at a time (closed loop), and keeps its connection
   where the server does. After the time is over the newest logins are sampled: the token is used, then the code is
   replayed, which must be refused. Plain epoll, one thread; the share of time spent waiting is printed.

   Prints "begin" and "end" around the time measured, then one line of JSON. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "counting.h"
#include "failures.h"
#include "options.h"
#include "plan.h"
#include "reading.h"

enum step { IDLE, AUTHORIZING, REDEEMING, USING, REPLAYING };
enum { MOST_IN = 64 * 1024, MOST_OUT = 16 * 1024, MOST_CODE = 4096, MOST_TOKEN = 8192 };
struct sample {
    const struct login *login;
    char code[MOST_CODE], token[MOST_TOKEN];
};

struct connection {
    int socket; /* -1: not open */
    enum step step;
    const struct login *login;
    const struct sample *sample;
    uint64_t began, sent; /* nanoseconds */
    size_t in_length, out_length;
    char state[17], code[MOST_CODE], token[MOST_TOKEN];
    char out[MOST_OUT], in[MOST_IN + 1];
};

static struct plan plan;
static struct sockaddr_in address;
static struct histogram flows, authorizations, redemptions;
static struct seen codes, tokens;
static struct sample *samples;
static size_t next_login, completed, kept_samples, taken_samples;
static uint64_t failures[FAILURE_KINDS], reconnections, warm_logins, used, replays_refused, waited, measure_from, measure_to;
static bool draining;
static int events;

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

static uint64_t draw(void) /* xorshift: states need only differ */
{
    static uint64_t state;
    if (!state)
        state = now() ^ (uint64_t)getpid() << 40;
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state;
}

static void hang_up(struct connection *connection)
{
    if (connection->socket >= 0)
        close(connection->socket);
    connection->socket = -1;
}

static void write_out(struct connection *connection, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t room = MOST_OUT - connection->out_length;
    int length = vsnprintf(connection->out + connection->out_length, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room) {
        fprintf(stderr, "a request does not fit into %d octets\n", MOST_OUT);
        exit(2);
    }
    connection->out_length += (size_t)length;
}

static void send_request(struct connection *connection, enum step step)
{
    connection->step = step;
    connection->in_length = 0;
    if (connection->socket < 0) {
        /* On loopback the kernel answers at once, so connecting does not keep the others waiting. */
        connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&address, sizeof address) < 0) {
            perror("connect");
            exit(1);
        }
        setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(events, EPOLL_CTL_ADD, connection->socket, &event);
        reconnections++;
    }
    connection->sent = now();
    /* A request is far smaller than an empty socket's buffer; if not all is taken, reading fails soon after. */
    if (send(connection->socket, connection->out, connection->out_length, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        shutdown(connection->socket, SHUT_RDWR);
}

static void post(struct connection *connection, enum step step, const char *path, const char *form, ...)
{
    char body[MOST_CODE + MOST_TOKEN];
    va_list arguments;
    va_start(arguments, form);
    int length = vsnprintf(body, sizeof body, form, arguments);
    va_end(arguments);
    const char *authorization = connection->login->fields[AUTHORIZATION];
    connection->out_length = 0;
    write_out(connection, "POST %s HTTP/1.1\r\nHost: %s:%s\r\nAccept: application/json\r\n", path, options.host, options.port);
    if (*authorization)
        write_out(connection, "Authorization: %s\r\n", authorization);
    write_out(connection, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", length, body);
    send_request(connection, step);
}

static void get(struct connection *connection, enum step step, const char *target, const char *state, const char *name, const char *value)
{
    connection->out_length = 0;
    write_out(connection, "GET %s%s HTTP/1.1\r\nHost: %s:%s\r\nAccept: */*\r\n", target, state, options.host, options.port);
    write_out(connection, "%s: %s\r\n\r\n", name, value);
    send_request(connection, step);
}

static void replay(struct connection *connection)
{
    post(connection, REPLAYING, options.token_path, "%s&code=%s&code_verifier=%s", connection->login->fields[FORM],
         connection->sample->code, connection->login->fields[VERIFIER]);
}

static void use(struct connection *connection)
{
    const char *form = connection->login->fields[USE], *token = connection->sample->token;
    char bearer[MOST_TOKEN + 8];
    snprintf(bearer, sizeof bearer, "Bearer %s", token);
    if (*form)
        post(connection, USING, options.use_path, "%s&token=%s", form, token);
    else
        get(connection, USING, options.use_path, "", "Authorization", bearer);
}

static void begin_sample(struct connection *connection)
{
    if (taken_samples == kept_samples || (!options.use_path && !options.replay))
        return;
    connection->sample = &samples[taken_samples++];
    connection->login = connection->sample->login;
    if (options.use_path)
        use(connection);
    else
        replay(connection);
}

static void begin(struct connection *connection)
{
    connection->step = IDLE;
    if (draining)
        return begin_sample(connection);
    connection->login = &plan.logins[next_login++ % plan.count];
    snprintf(connection->state, sizeof connection->state, "%016llx", (unsigned long long)draw());
    char state[32];
    snprintf(state, sizeof state, "&state=%s", connection->state);
    connection->began = now();
    get(connection, AUTHORIZING, connection->login->fields[TARGET], state, "Cookie", connection->login->fields[COOKIE]);
}

static void fail(struct connection *connection, enum failure failure)
{
    static int shown;
    if (failures[failure]++ == 0 && shown++ < 5)
        fprintf(stderr, "first %s:\n-> %.600s\n<- %.1200s\n", failure_names[failure], connection->out, connection->in);
    if (failures[failure] > 1000 && completed == 0) {
        fprintf(stderr, "a thousand failures and no login\n");
        exit(1);
    }
    hang_up(connection); /* whatever else the server says belongs to nothing */
    begin(connection);
}

static bool is_measured(uint64_t at)
{
    return at >= measure_from && at < measure_to;
}

static void redirected(struct connection *connection, const struct answer *answer)
{
    size_t length;
    const char *location = header(answer, "location", &length);
    if ((answer->status != 302 && answer->status != 303) || !location)
        return fail(connection, FAILED_authorize_status);
    const char *uri = connection->login->fields[REDIRECT];
    size_t uri_length = strlen(uri);
    if (length <= uri_length || memcmp(location, uri, uri_length) != 0 || location[uri_length] != '?')
        return fail(connection, FAILED_redirect_uri);
    const char *query = location + uri_length + 1;
    char state[64];
    length -= uri_length + 1;
    if (!parameter(query, length, "state", state, sizeof state) || strcmp(state, connection->state) != 0)
        return fail(connection, FAILED_state);
    if (!parameter(query, length, "code", connection->code, sizeof connection->code))
        return fail(connection, FAILED_code_missing);
    if (!add(&codes, hash_text(connection->code, strlen(connection->code))))
        return fail(connection, FAILED_code_repeated);
    uint64_t at = now();
    if (is_measured(at))
        record(&authorizations, (at - connection->sent) / 1000);
    if (answer->closes)
        hang_up(connection);
    const char *verifier = connection->login->fields[VERIFIER];
    char other[129];
    snprintf(other, sizeof other, "%s", verifier);
    if (options.wrong_verifier)
        other[0] = other[0] == 'A' ? 'B' : 'A';
    post(connection, REDEEMING, options.token_path, "%s&code=%s&code_verifier=%s", connection->login->fields[FORM],
         connection->code, other);
}

static void redeemed(struct connection *connection, struct answer *answer)
{
    answer->body[answer->body_length] = 0;
    if (options.wrong_verifier) {
        if ((answer->status != 400 && answer->status != 401) || !strstr(answer->body, "invalid_grant"))
            return fail(connection, FAILED_refusal);
    } else {
        if (answer->status != 200)
            return fail(connection, FAILED_token_status);
        if (!member(answer->body, "access_token", connection->token, sizeof connection->token))
            return fail(connection, FAILED_token_missing);
        if (!add(&tokens, hash_text(connection->token, strlen(connection->token))))
            return fail(connection, FAILED_token_repeated);
        char required[MOST_TOKEN];
        if (options.require && !member(answer->body, options.require, required, sizeof required))
            return fail(connection, FAILED_required_missing);
        if (options.samples) { /* a ring: the newest are kept, since codes live for a minute */
            struct sample *sample = &samples[(completed + warm_logins) % (size_t)options.samples];
            sample->login = connection->login;
            strcpy(sample->code, connection->code);
            strcpy(sample->token, connection->token);
        }
    }
    uint64_t at = now();
    if (is_measured(at)) {
        completed++;
        record(&flows, (at - connection->began) / 1000);
        record(&redemptions, (at - connection->sent) / 1000);
    } else
        warm_logins++;
    if (answer->closes)
        hang_up(connection);
    begin(connection);
}

static void sampled(struct connection *connection, struct answer *answer)
{
    answer->body[answer->body_length] = 0;
    if (connection->step == USING) {
        bool is_active = strstr(answer->body, "\"active\":true") || strstr(answer->body, "\"active\": true");
        if (answer->status != 200 || (*connection->login->fields[USE] && !is_active))
            return fail(connection, FAILED_use_failed);
        used++;
        if (answer->closes)
            hang_up(connection);
        return options.replay ? replay(connection) : begin(connection);
    }
    if (answer->status < 400 || answer->status > 499 || strstr(answer->body, "\"access_token\""))
        return fail(connection, FAILED_replay_accepted);
    replays_refused++;
    if (answer->closes)
        hang_up(connection);
    begin(connection);
}

static void receive(struct connection *connection)
{
    size_t room = MOST_IN - connection->in_length;
    ssize_t length = recv(connection->socket, connection->in + connection->in_length, room, MSG_DONTWAIT);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length > 0)
        connection->in_length += (size_t)length;
    connection->in[connection->in_length] = 0;
    if (connection->step == IDLE)
        return hang_up(connection);
    struct answer answer;
    bool ended = length <= 0;
    enum reading reading = connection->in_length ? read_answer(connection->in, connection->in_length, ended, &answer) : INCOMPLETE;
    if (reading == BROKEN || (reading == INCOMPLETE && (ended || connection->in_length == MOST_IN)))
        return fail(connection, FAILED_connection);
    if (reading == INCOMPLETE)
        return;
    if (ended)
        hang_up(connection);
    if (connection->step == AUTHORIZING)
        redirected(connection, &answer);
    else if (connection->step == REDEEMING)
        redeemed(connection, &answer);
    else
        sampled(connection, &answer);
}

/* Runs until `until`, or until nothing is under way where that is 0. */
static void run(struct connection *connections, uint64_t until)
{
    struct epoll_event ready[256];
    for (;;) {
        uint64_t before = now();
        if (until && before >= until)
            return;
        bool busy = until;
        for (int i = 0; !busy && i < options.connections; i++)
            busy = connections[i].step != IDLE;
        if (!busy)
            return;
        int milliseconds = until ? (int)((until - before) / 1000000) + 1 : 1000;
        int count = epoll_wait(events, ready, 256, 0);
        if (count == 0) {
            count = epoll_wait(events, ready, 256, milliseconds);
            uint64_t after = now();
            if (is_measured(before))
                waited += (after < measure_to ? after : measure_to) - before;
        }
        for (int i = 0; i < count; i++)
            receive(ready[i].data.ptr);
    }
}

static double processor_seconds(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

int main(int count, char **words)
{
    read_options(count, words);
    signal(SIGPIPE, SIG_IGN);
    plan = read_plan(options.plan);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(options.port));
    inet_pton(AF_INET, options.host, &address.sin_addr);
    events = epoll_create1(EPOLL_CLOEXEC);
    samples = calloc(MOST_SAMPLES, sizeof *samples);
    struct connection *connections = calloc((size_t)options.connections, sizeof *connections);
    if (!samples || !connections)
        return 1;
    alarm((unsigned)(options.seconds + options.warm_up) + 120); /* a server that hangs ends the run */

    uint64_t started = now();
    measure_from = started + (uint64_t)(options.warm_up * 1e9);
    measure_to = measure_from + (uint64_t)(options.seconds * 1e9);
    for (int i = 0; i < options.connections; i++) {
        connections[i].socket = -1;
        begin(&connections[i]);
    }
    run(connections, measure_from);
    puts("begin");
    fflush(stdout);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    run(connections, measure_to);
    puts("end");
    fflush(stdout);
    getrusage(RUSAGE_SELF, &after);

    draining = true;
    run(connections, 0);
    size_t answered = completed + warm_logins;
    kept_samples = options.wrong_verifier ? 0 : answered < (size_t)options.samples ? answered : (size_t)options.samples;
    for (int i = 0; i < options.connections; i++)
        begin(&connections[i]);
    run(connections, 0);

    double processor = processor_seconds(&after) - processor_seconds(&before);
    printf("{\"logins\": %zu, \"seconds\": %.6f, \"per_second\": %.2f, ", completed, options.seconds, (double)completed / options.seconds);
    print_histogram("login", &flows);
    print_histogram("authorize", &authorizations);
    print_histogram("token", &redemptions);
    printf("\"idle\": %.4f, \"processor\": %.4f, ", (double)waited / 1e9 / options.seconds, processor);
    printf("\"connections_opened\": %llu, ", (unsigned long long)reconnections);
    printf("\"used\": %llu, \"replays_refused\": %llu, \"failures\": {", (unsigned long long)used, (unsigned long long)replays_refused);
    for (int i = 0, printed = 0; i < FAILURE_KINDS; i++)
        if (failures[i])
            printf("%s\"%s\": %llu", printed++ ? ", " : "", failure_names[i], (unsigned long long)failures[i]);
    puts("}}");
    return 0;
}
