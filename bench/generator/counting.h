/* What the generator remembers: latencies by size, and every code and token that it has seen. */
#ifndef COUNTING_H
#define COUNTING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Microseconds, exact up to 128, then within 1.6 %: 64 steps between two powers of two. */
struct histogram {
    uint64_t counts[64 * 64];
    uint64_t total;
};

static void record(struct histogram *histogram, uint64_t value)
{
    int power = value < 64 ? 5 : 63 - __builtin_clzll(value);
    size_t place = (size_t)(power - 5) * 64 + (power == 5 ? value : (value >> (power - 6)) & 63);
    histogram->counts[place]++;
    histogram->total++;
}

/* Gives the middle of the step in which the value of this rank lies. */
static double percentile(const struct histogram *histogram, double share)
{
    uint64_t rank = (uint64_t)(share * (double)histogram->total), passed = 0;
    for (size_t place = 0; place < 64 * 64; place++) {
        passed += histogram->counts[place];
        if (histogram->counts[place] && passed > rank) {
            if (place < 64)
                return (double)place;
            size_t power = place / 64 + 5;
            return (double)((64 + place % 64) << (power - 6)) + (double)(1ull << (power - 6)) / 2;
        }
    }
    return 0;
}

static void print_histogram(const char *name, const struct histogram *histogram)
{
    printf("\"%s\": {\"count\": %llu, \"p50\": %.0f, \"p90\": %.0f, \"p99\": %.0f, \"max\": %.0f}, ", name,
           (unsigned long long)histogram->total, percentile(histogram, .5), percentile(histogram, .9),
           percentile(histogram, .99), percentile(histogram, 0.9999999));
}

/* A set of 64-bit hashes; two different texts pass for one in 1 of 10^7 runs of a million. */
struct seen {
    uint64_t *slots;
    size_t size, used;
};

static uint64_t hash_text(const char *text, size_t length)
{
    uint64_t hash = 14695981039346656037ull;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211ull;
    hash ^= hash >> 32;
    return hash ? hash : 1;
}

/* Adds a hash; false where it was there before. */
static bool add(struct seen *seen, uint64_t hash)
{
    if (seen->used * 2 >= seen->size) {
        struct seen wider = {.size = seen->size ? seen->size * 2 : 1 << 20};
        if (!(wider.slots = calloc(wider.size, sizeof *wider.slots))) {
            fprintf(stderr, "out of memory\n");
            exit(1);
        }
        for (size_t i = 0; i < seen->size; i++)
            if (seen->slots[i])
                add(&wider, seen->slots[i]);
        free(seen->slots);
        *seen = wider;
    }
    size_t at = (hash * 0x9e3779b97f4a7c15ull) >> 20 & (seen->size - 1);
    while (seen->slots[at] && seen->slots[at] != hash)
        at = (at + 1) & (seen->size - 1);
    if (seen->slots[at])
        return false;
    seen->slots[at] = hash;
    seen->used++;
    return true;
}

#endif
