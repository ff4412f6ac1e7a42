/* Reads the plan: one login per line, seven fields apart by tabs. The Python side (bench/logins/plan.py) writes it.

   authorize target | cookie | redirect URI | token form | verifier | Authorization | form of the use
   A field "-" is none. The generator adds `&state=` to the target, `&code=` and `&code_verifier=` to the token form,
   and `&token=` to the form of the use; without such a form a token is used as a bearer token in a GET. */
#ifndef PLAN_H
#define PLAN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum field { TARGET, COOKIE, REDIRECT, FORM, VERIFIER, AUTHORIZATION, USE, FIELDS };

struct login {
    const char *fields[FIELDS]; /* "" where the plan has "-" */
};

struct plan {
    struct login *logins;
    size_t count;
};

static struct plan read_plan(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(2);
    }
    struct plan plan = {0};
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        plan.logins = realloc(plan.logins, (plan.count + 1) * sizeof *plan.logins);
        struct login *login = &plan.logins[plan.count++];
        char *rest = strdup(line);
        for (int i = 0; i < FIELDS; i++) {
            char *field = strsep(&rest, "\t");
            if (!field) {
                fprintf(stderr, "%s: line %zu has too few fields\n", path, plan.count);
                exit(2);
            }
            login->fields[i] = strcmp(field, "-") == 0 ? "" : field;
        }
    }
    free(line);
    fclose(file);
    if (!plan.count) {
        fprintf(stderr, "%s holds no login\n", path);
        exit(2);
    }
    return plan;
}

#endif
