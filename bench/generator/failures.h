#ifndef FAILURES_H
#define FAILURES_H

/* Everything that can go wrong with a login, by name; none of these is counted as one. */
#define FAILURES(X) \
    X(authorize_status) X(redirect_uri) X(state) X(code_missing) X(code_repeated) X(token_status) X(token_missing) \
    X(token_repeated) X(required_missing) X(refusal) X(connection) X(use_failed) X(replay_accepted)
enum failure {
#define NAME(name) FAILED_##name,
    FAILURES(NAME)
#undef NAME
    FAILURE_KINDS
};
static const char *failure_names[] = {
#define NAME(name) #name,
    FAILURES(NAME)
#undef NAME
};

#endif
