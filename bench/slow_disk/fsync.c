/* For LD_PRELOAD: makes every fsync and fdatasync take BENCH_FSYNC_MICROSECONDS longer, as on a slower disk.
   A negative number leaves the disk out altogether, for filling databases before anything is measured. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int sync_with_delay(const char *name, int file)
{
    const char *text = getenv("BENCH_FSYNC_MICROSECONDS");
    long microseconds = text ? atol(text) : 0;
    if (microseconds < 0)
        return 0;
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = sync(file);
    struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
    nanosleep(&time, NULL);
    return result;
}

int fsync(int file)
{
    return sync_with_delay("fsync", file);
}

int fdatasync(int file)
{
    return sync_with_delay("fdatasync", file);
}
