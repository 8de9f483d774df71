/* A producer and a reader in two threads over one mapping, so that ThreadSanitizer sees both sides of each word. */
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"

enum { POINTS = 300000 };
static int is_done;

static void *produce(void *argument) {
    static double t[700];
    static float y[700];
    rp_timed *timed = (rp_timed *)argument;
    int i, at = 0;
    while (at < POINTS) {
        for (i = 0; i < 700; i++) {
            t[i] = at + i;
            y[i] = (float)(at + i);
        }
        if (at % 3 == 0) {
            rp_timed_push_slice(timed, t, y, 700);
        } else {
            for (i = 0; i < 700; i++)
                rp_timed_push(timed, t[i], y[i]);
        }
        at += 700;
    }
    __atomic_store_n(&is_done, 1, __ATOMIC_RELEASE);
    return NULL;
}

int main(void) {
    static double x[1000];
    static float y[1000];
    rp_options options;
    rp_timed *timed;
    rp_consumer *c;
    rp_drained drained;
    pthread_t thread;
    int is_last = 0, faults = 0;
    uint64_t i;
    memset(&options, 0, sizeof options);
    options.capacity = 1024;
    if (rp_timed_create("threads", &options, &timed) || rp_attach("threads", RP_OLDEST, 1, &c)) {
        fprintf(stderr, "%s\n", rp_error());
        return 1;
    }
    munmap(c->base, c->mapped_len);
    c->base = timed->base.run->base;
    c->slots = timed->base.slots;
    c->epochs = timed->base.run->epochs;
    if (pthread_create(&thread, NULL, produce, timed) != 0)
        return 1;
    do {
        is_last = __atomic_load_n(&is_done, __ATOMIC_ACQUIRE);
        do {
            drained = rp_drain(c, x, y, 1000);
            for (i = 0; i < drained.count; i++)
                faults += x[i] < (double)(drained.first + i) || x[i] > (double)(drained.first + i) || y[i] < (float)x[i];
        } while (drained.remaining > 0);
    } while (!is_last);
    pthread_join(thread, NULL);
    printf("%llu received, %d faults\n", (unsigned long long)rp_count(c).received, faults);
    rp_close(&timed->base);
    return faults != 0;
}
