/* A producer that never pauses, and a consumer that spins and lets itself be lapped. Each point tells its position. */
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"

#include <poll.h>

enum { PERIOD = 65521, MOST = 1 << 16 };
static double t[2 * PERIOD], xs[MOST];
static float y[2 * PERIOD], ys[MOST];
static rp_point points[2 * PERIOD];

static uint64_t random_below(uint64_t bound) {
    static uint64_t state = 0;
    if (state == 0)
        state = (uint64_t)getpid();
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % bound;
}

/* Until its standard input is closed. */
static int is_told_to_end(void) {
    struct pollfd input;
    memset(&input, 0, sizeof input);
    return poll(&input, 1, 0) == 1;
}

/* produce KIND NAME LOG2_CAPACITY BATCH */
static int produce(char **args) {
    char kind = args[0][0];
    rp_producer *p = NULL;
    rp_options options;
    uint64_t batch = strtoull(args[3], NULL, 10), at = 0, i;
    rp_code code;
    memset(&options, 0, sizeof options);
    options.capacity = (uint64_t)1 << strtoull(args[2], NULL, 10);
    for (i = 0; i < 2 * PERIOD; i++) {
        t[i] = (double)(i % PERIOD);
        points[i].x = (float)(i % PERIOD);
        points[i].y = y[i] = (float)(i % PERIOD) * 1.5f;
    }
    code = kind == 't'   ? rp_timed_create(args[1], &options, (rp_timed **)&p)
           : kind == 'u' ? rp_uniform_create(args[1], &options, 0.0, 1.0, (rp_uniform **)&p)
                         : rp_xy_create(args[1], &options, (rp_xy **)&p);
    if (code != RP_OK) {
        fprintf(stderr, "%s\n", rp_error());
        return 1;
    }
    printf("ready\n");
    fflush(stdout);
    while (!is_told_to_end()) {
        int turn;
        for (turn = 0; turn < 20; turn++) {
            uint64_t from = at % PERIOD, n = 1 + random_below(batch);
            at += n;
            if (random_below(16) == 0) {
                for (i = from; i < from + n; i++)
                    if (kind == 't')
                        rp_timed_push((rp_timed *)p, t[i], y[i]);
                    else if (kind == 'u')
                        rp_uniform_push((rp_uniform *)p, y[i]);
                    else
                        rp_xy_push((rp_xy *)p, points[i].x, points[i].y);
            } else if (kind == 't') {
                rp_timed_push_slice((rp_timed *)p, t + from, y + from, n);
            } else if (kind == 'u') {
                rp_uniform_push_slice((rp_uniform *)p, y + from, n);
            } else {
                rp_xy_push_slice((rp_xy *)p, points + from, n);
            }
        }
    }
    rp_close(p);
    return 0;
}

/* consume NAME LIMIT: until the stream ends, or a point is not the one written for its position. */
static int consume(char **args) {
    rp_consumer *c;
    size_t limit = strtoull(args[1], NULL, 10);
    int is_lapped = 0, is_over = 0;
    uint64_t round, i;
    if (rp_attach(args[0], RP_OLDEST, 30, &c) != RP_OK) {
        fprintf(stderr, "%s\n", rp_error());
        return 1;
    }
    for (round = 0;; round++) {
        rp_counts before = rp_count(c), after;
        rp_drained drained;
        if (random_below(4) == 0)
            for (i = 0; i < 20000 && rp_written(c) < before.position + rp_consumer_capacity(c); i++) {
            }
        if (!is_lapped && before.lost > 0) {
            printf("lapped\n");
            fflush(stdout);
            is_lapped = 1;
        }
        if (round % 256 == 0)
            is_over = rp_ask(c) > RP_STALLED;
        drained = rp_drain(c, xs, ys, limit);
        after = rp_count(c);
        for (i = 0; i < drained.count; i++) {
            uint64_t position = drained.first + i;
            double x = rp_kind_of(c) == RP_UNIFORM ? (double)position : (double)(position % PERIOD);
            float wanted = (float)(position % PERIOD) * 1.5f;
            if (xs[i] < x || xs[i] > x || ys[i] < wanted || ys[i] > wanted) {
                printf("red after %llu drains: (%g, %g) at %llu, where %llu was written\n", (unsigned long long)round,
                       xs[i], (double)ys[i], (unsigned long long)position, (unsigned long long)(position % PERIOD));
                return 0;
            }
        }
        if (before.position + drained.lost != drained.first || drained.first + drained.count != after.position ||
            after.received + after.lost != after.position - after.start) {
            printf("red: the counts do not add up\n");
            return 0;
        }
        if (is_over && drained.remaining == 0)
            break;
    }
    printf("green %llu %llu\n", (unsigned long long)rp_count(c).received, (unsigned long long)rp_count(c).lost);
    rp_detach(c);
    return 0;
}

int main(int count, char **args) {
    return count == 6 ? produce(args + 2) : count == 4 ? consume(args + 2) : 2;
}
