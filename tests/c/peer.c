/* The other side of the conformance tests: writes or reads a stream whose points and frames tell their position. */
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"

#include <locale.h>

enum { LONGEST = 300, MOST = 1 << 14 };
static double times[MOST], xs[MOST];
static float values[MOST];
static rp_point points[MOST];

/* As in tests/common/streams.rs. */
static double t_of(uint64_t position) {
    return (double)position * 1e-6;
}

static float y_of(uint64_t position) {
    return (float)(position * 0x9E3779B97F4A7C15u >> 40) + 0.5f;
}

static uint64_t random_below(uint64_t bound) {
    static uint64_t state = 19680801;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % bound;
}

static int fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, rp_error());
    return 1;
}

/* Text number n: of many lengths, some too long, with characters of one to four bytes. */
static const char *text_of(uint64_t n, char text[8192]) {
    static const char *const part[] = {"", "a", "\xC3\xA9", "\xE9\x80\x9F", "\xF0\x9F\x98\x80"};
    uint64_t count = n % 50 == 49 ? 1500 : n % 40, i;
    text[0] = 0;
    for (i = 0; i < count; i++)
        strcat(text, part[n % 5]);
    return text;
}

/* Pushes `count` points or frames in every way there is. */
static void push(const char *kind, rp_producer *p, uint64_t count) {
    uint64_t at = rp_produced(p), end = at + count, n, i;
    char text[8192];
    while (at < end) {
        uint64_t most = random_below(3) == 0 ? 60 : random_below(2) == 0 ? 700 : MOST;
        int is_slice = random_below(4) != 0;
        n = 1 + random_below(most);
        n = n < end - at ? n : end - at;
        for (i = 0; i < n && kind[0] != 's' && kind[0] != 'e'; i++) {
            times[i] = t_of(at + i);
            points[i].x = (float)((at + i) % 65521);
            points[i].y = values[i] = y_of(at + i);
        }
        if (kind[0] == 't' && is_slice) {
            rp_timed_push_slice((rp_timed *)p, times, values, n);
        } else if (kind[0] == 'u' && is_slice) {
            rp_uniform_push_slice((rp_uniform *)p, values, n);
        } else if (kind[0] == 'x' && is_slice) {
            rp_xy_push_slice((rp_xy *)p, points, n);
        } else if (kind[0] == 's') {
            for (i = 0; i < (n = at % (LONGEST + 1)); i++) {
                points[i].x = (float)i;
                points[i].y = (float)at;
            }
            rp_snapshot_update((rp_snapshot *)p, (double)at * 0.5, points, n);
            n = 1;
        } else if (kind[0] == 'e') {
            rp_events_emit((rp_events *)p, (double)at * 0.5, text_of(at, text));
            n = 1;
        } else {
            for (i = 0; i < n; i++)
                if (kind[0] == 't')
                    rp_timed_push((rp_timed *)p, times[i], values[i]);
                else if (kind[0] == 'u')
                    rp_uniform_push((rp_uniform *)p, values[i]);
                else
                    rp_xy_push((rp_xy *)p, points[i].x, points[i].y);
        }
        at += n;
    }
}

static rp_code create(const char *kind, const char *name, uint64_t capacity, rp_producer **p) {
    rp_options options;
    memset(&options, 0, sizeof options);
    options.capacity = capacity;
    switch (kind[0]) {
    case 't': return rp_timed_create(name, &options, (rp_timed **)p);
    case 'u': return rp_uniform_create(name, &options, 0.0, 1e6, (rp_uniform **)p);
    case 'x': return rp_xy_create(name, &options, (rp_xy **)p);
    case 's': return rp_snapshot_create(name, &options, LONGEST, (rp_snapshot **)p);
    default: return rp_events_create(name, &options, (rp_events **)p);
    }
}

/* write KIND NAME CAPACITY: pushes as many as each line of its input says, breaks, clears, closes or finishes. */
static int write_stream(char **args) {
    rp_producer *p;
    char line[64];
    if (create(args[0], args[1], strtoull(args[2], NULL, 10), &p) != RP_OK)
        return fail("create");
    printf("ready\n");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strncmp(line, "finish", 6) == 0) {
            rp_finish(p);
            return 0;
        }
        if (strncmp(line, "break", 5) == 0)
            args[0][0] == 't' ? rp_timed_break((rp_timed *)p)
            : args[0][0] == 'u' ? rp_uniform_break((rp_uniform *)p)
                                : rp_xy_break((rp_xy *)p);
        else if (strncmp(line, "clear", 5) == 0)
            rp_clear(p);
        else
            push(args[0], p, strtoull(line, NULL, 10));
        printf("written %llu %llu\n", (unsigned long long)rp_produced(p), (unsigned long long)rp_cut(p));
        fflush(stdout);
    }
    rp_close(p);
    return 0;
}

static int is_wrong(rp_kind kind, uint64_t position, double x, float y) {
    double wanted = kind == RP_XY ? (double)(position % 65521) : t_of(position);
    double off = x - wanted;
    return (y < y_of(position) || y > y_of(position)) || off > 1e-9 || off < -1e-9;
}

/* read NAME PAUSE_US: reads a stream to its end, and says what it saw. */
static int read_stream(char **args) {
    rp_consumer *c;
    rp_counts counts;
    rp_frame frame;
    rp_liveness end;
    char text[RP_MAX_EVENT + 1], wanted[8192];
    uint64_t faults = 0, i;
    unsigned pause = (unsigned)strtoul(args[1], NULL, 10);
    if (rp_attach(args[0], RP_OLDEST, 20, &c) != RP_OK)
        return fail("attach");
    printf("ready %d %llu\n", (int)rp_kind_of(c), (unsigned long long)rp_consumer_capacity(c));
    fflush(stdout);
    do {
        rp_drained drained;
        end = rp_ask(c);
        do {
            drained = rp_drain(c, xs, values, 1 + random_below(MOST));
            for (i = 0; i < drained.count; i++)
                faults += (uint64_t)is_wrong(rp_kind_of(c), drained.first + i, xs[i], values[i]);
        } while (drained.remaining > 0);
        if (rp_newest_curve(c, points, LONGEST, &frame)) {
            faults += frame.length != frame.number % (LONGEST + 1) || frame.t < (double)frame.number * 0.5;
            for (i = 0; i < frame.length; i++)
                faults += points[i].x < (float)i || points[i].y < (float)frame.number || points[i].y > (float)frame.number;
        }
        while (rp_next_event(c, text, sizeof text, &frame)) {
            size_t length = strlen(text);
            text_of(frame.number, wanted);
            faults += strncmp(text, wanted, length) != 0 || length != frame.length ||
                      (strlen(wanted) <= RP_MAX_EVENT && strlen(wanted) != length);
        }
        if (end <= RP_STALLED) {
            (void)rp_wait_for_data(c, 0.1);
            usleep(pause);
        }
    } while (end <= RP_STALLED);
    counts = rp_count(c);
    printf("end %d start %llu position %llu received %llu lost %llu faults %llu\n", (int)end,
           (unsigned long long)counts.start, (unsigned long long)counts.position, (unsigned long long)counts.received,
           (unsigned long long)counts.lost, (unsigned long long)faults);
    rp_detach(c);
    return 0;
}

/* describe NAME: a stream that says everything; and what reading it back says. */
static int describe(char **args) {
    static const char *const keys[] = {"name",      "label",    "group",   "x_unit", "y_unit", "colour", "style",
                                       "rate_hint", "y_offset", "y_range", "clock",  "order",  "nothing"};
    rp_options options;
    rp_xy *p;
    rp_consumer *c;
    size_t i;
    printf("locale %s\n", setlocale(LC_ALL, "") == NULL ? "none" : localeconv()->decimal_point);
    memset(&options, 0, sizeof options);
    options.capacity = 1024;
    options.label = "Gr\xC3\xB6\xC3\x9F" "e\nx";
    options.group = "g";
    options.x_unit = "s";
    options.y_unit = "m";
    options.colour = "#0102fe";
    options.style = RP_PERSISTENCE;
    options.clock = RP_WALL_SINCE;
    options.origin_unix_ns = 1234567890123456789;
    options.rate_hint = 12345.678;
    options.y_offset = 1.0 + 2.220446049250313e-16;
    options.y_low = -1.5f;
    options.y_high = 0.1f;
    options.order = -3;
    if (rp_xy_create(args[0], &options, &p) != RP_OK)
        return fail("create");
    if (rp_attach(args[0], RP_NOW, 0, &c) != RP_OK)
        return fail("attach");
    for (i = 0; i < sizeof keys / sizeof *keys; i++)
        printf("%s=%s\n", keys[i], rp_meta(c, keys[i]) == NULL ? "NULL" : rp_meta(c, keys[i]));
    printf("value %d\n", rp_value(c, 0.5f) > 1.5 && rp_value(c, 0.5f) < 1.5000000001);
    printf("ready\n");
    fflush(stdout);
    (void)getchar();
    rp_detach(c);
    rp_close(&p->base);
    return 0;
}

/* fork NAME: a child that outlives its parent, and closes what it was given before it ends. */
static int fork_off(char **args) {
    rp_xy *p;
    if (rp_xy_create(args[0], NULL, &p) != RP_OK)
        return fail("create");
    if (fork() == 0) {
        printf("child %d\n", (int)getpid());
        fflush(stdout);
        (void)getchar();
        rp_close(&p->base);
        return 0;
    }
    for (;;)
        pause();
}

/* list: the registry, as it is. */
static int list(void) {
    rp_stream *streams;
    size_t count, i;
    if (rp_list(&streams, &count) != RP_OK)
        return fail("list");
    for (i = 0; i < count; i++)
        printf("%s %d %016llx %u\n", streams[i].name, streams[i].is_live, (unsigned long long)streams[i].run,
               (unsigned)streams[i].pid);
    free(streams);
    return 0;
}

/* names: says of each line of its input what create says. */
static int names(void) {
    char line[1024];
    while (fgets(line, sizeof line, stdin) != NULL) {
        rp_xy *p;
        rp_options options;
        rp_code code;
        memset(&options, 0, sizeof options);
        options.capacity = 1024;
        line[strcspn(line, "\n")] = 0;
        code = rp_xy_create(line, &options, &p);
        printf("%d %s\n", (int)code, code == RP_OK ? strrchr(p->base.run->paths.lock, '/') + 1 : rp_error());
        fflush(stdout);
        if (code == RP_OK)
            rp_close(&p->base);
    }
    return 0;
}

int main(int count, char **args) {
    const char *role = count > 1 ? args[1] : "";
    if (strcmp(role, "write") == 0 && count == 5)
        return write_stream(args + 2);
    if (strcmp(role, "read") == 0 && count == 4)
        return read_stream(args + 2);
    if (strcmp(role, "describe") == 0 && count == 3)
        return describe(args + 2);
    if (strcmp(role, "fork") == 0 && count == 3)
        return fork_off(args + 2);
    if (strcmp(role, "list") == 0)
        return list();
    if (strcmp(role, "names") == 0)
        return names();
    fprintf(stderr, "no role %s\n", role);
    return 2;
}
