/* The command line of the generator. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_SAMPLES = 1000 };

static struct {
    const char *host, *port, *plan, *token_path, *use_path, *require;
    int connections, samples;
    double seconds, warm_up;
    bool wrong_verifier, replay;
} options = {"127.0.0.1", NULL, NULL, "/token", NULL, NULL, 64, 0, 5, 1, false, true};

static void read_options(int count, char **words)
{
    static const struct option known[] = {
        {"host", 1, 0, 'h'}, {"port", 1, 0, 'p'}, {"plan", 1, 0, 'f'}, {"token-path", 1, 0, 't'},
        {"use-path", 1, 0, 'u'}, {"require", 1, 0, 'r'}, {"connections", 1, 0, 'c'}, {"samples", 1, 0, 'n'},
        {"seconds", 1, 0, 's'}, {"warm-up", 1, 0, 'w'}, {"wrong-verifier", 0, 0, 'x'}, {"no-replay", 0, 0, 'y'}, {0}};
    for (int letter; (letter = getopt_long(count, words, "", known, NULL)) != -1;)
        switch (letter) {
        case 'h': options.host = optarg; break;
        case 'p': options.port = optarg; break;
        case 'f': options.plan = optarg; break;
        case 't': options.token_path = optarg; break;
        case 'u': options.use_path = optarg; break;
        case 'r': options.require = optarg; break;
        case 'c': options.connections = atoi(optarg); break;
        case 'n': options.samples = atoi(optarg); break;
        case 's': options.seconds = atof(optarg); break;
        case 'w': options.warm_up = atof(optarg); break;
        case 'x': options.wrong_verifier = true; break;
        case 'y': options.replay = false; break;
        default: exit(2);
        }
    if (!options.port || !options.plan || options.connections < 1 || options.samples > MOST_SAMPLES) {
        fprintf(stderr, "usage: flows --port P --plan FILE [--connections N] [--seconds S] ... (see read_options)\n");
        exit(2);
    }
}

#endif
