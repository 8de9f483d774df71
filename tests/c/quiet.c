/* Every call of the data path, between two system calls that tell where it begins and ends; and whether it allocated or locked. */
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"

#include <dlfcn.h>

static unsigned long calls;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *from, size_t size);

void *malloc(size_t size) {
    calls++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    calls++;
    return __libc_calloc(count, size);
}

void *realloc(void *from, size_t size) {
    calls++;
    return __libc_realloc(from, size);
}

int pthread_mutex_lock(pthread_mutex_t *mutex) {
    static int (*real)(pthread_mutex_t *);
    calls++;
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    return real(mutex);
}

int main(void) {
    static double t[5000];
    static float y[5000];
    static rp_point points[5000];
    rp_options options;
    rp_timed *timed;
    rp_uniform *uniform;
    rp_xy *xy;
    rp_snapshot *snapshot;
    rp_events *events;
    unsigned long at_create, after;
    int round, i;
    memset(&options, 0, sizeof options);
    options.capacity = 1 << 14;
    if (rp_timed_create("quiet/timed", &options, &timed) || rp_uniform_create("quiet/uniform", &options, 0, 1e3, &uniform) ||
        rp_xy_create("quiet/xy", &options, &xy) || rp_snapshot_create("quiet/snapshot", &options, 1000, &snapshot) ||
        rp_events_create("quiet/events", &options, &events)) {
        fprintf(stderr, "%s\n", rp_error());
        return 1;
    }
    at_create = calls;
    (void)getppid();
    for (round = 0; round < 200; round++) {
        for (i = 0; i < 600; i++) {
            rp_timed_push(timed, i, (float)i);
            rp_uniform_push(uniform, (float)i);
            rp_xy_push(xy, (float)i, (float)i);
        }
        rp_timed_push_slice(timed, t, y, 5000);
        rp_uniform_push_slice(uniform, y, 5000);
        rp_xy_push_slice(xy, points, 5000);
        rp_xy_push_slice(xy, points, 20);
        rp_timed_break(timed);
        rp_uniform_break(uniform);
        rp_xy_break(xy);
        rp_snapshot_update(snapshot, round, points, 2000);
        rp_events_emit(events, round, "valve=open");
        rp_clear(&timed->base);
    }
    (void)getppid();
    after = calls;
    printf("at create %s, then %lu\n", at_create > 0 ? "some" : "none", after - at_create);
    rp_close(&timed->base);
    rp_close(&uniform->base);
    rp_close(&xy->base);
    rp_close(&snapshot->base);
    rp_finish(&events->base);
    return 0;
}
