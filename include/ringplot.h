/*
 * ringplot.h: streams of points for the ringplot viewer, from C11 and C++17. One header, Linux, nothing else to link.
 *
 *     #define RINGPLOT_IMPLEMENTATION          // in one file of the program
 *     #include "ringplot.h"
 *
 *     rp_options options = {.x_unit = "s", .y_unit = "J"};
 *     rp_timed *energy;
 *     if (rp_timed_create("sim/energy", &options, &energy) != RP_OK) {
 *         fprintf(stderr, "%s\n", rp_error());
 *         return 1;
 *     }
 *     rp_open_viewer(NULL);
 *     for (double t = 0; t < 100; t += 1e-6)
 *         rp_timed_push(energy, t, (float)step(t));
 *     rp_close(&energy->base);
 *
 * A push makes two stores into shared memory and returns. It never waits for a viewer: not for a slow, stopped, killed or
 * missing one. After create, no push*, update, emit, break or clear allocates, locks, makes a system call or can fail.
 *
 * Feature macros. Files without RINGPLOT_IMPLEMENTATION need none. The file with it needs _DEFAULT_SOURCE or _GNU_SOURCE:
 * `gcc -std=gnu11` and g++ define one; with `-std=c11` include this header first, or compile with `-D_GNU_SOURCE`.
 * glibc before 2.34 needs `-pthread` in addition.
 *
 * Macros that a program may define, the same in all its files:
 *   RINGPLOT_PORTABLE    no inline assembly: atomics of the compiler only, one word at a time (ThreadSanitizer sets it)
 *   RINGPLOT_NO_CXX      no C++ classes
 *
 * Units: x of timed and uniform streams, and times of frames, are in seconds. Names are UTF-8: 1 to 16 parts joined by '/'.
 * A handle belongs to one thread at a time; different handles do not know of each other. It belongs to the process that
 * created it: fork first, then create.
 *
 * LAYOUT.md describes the bytes in memory and the files of the registry; this header is that document in code, version 2.0.
 */
#ifndef RINGPLOT_H
#define RINGPLOT_H

#if !defined(__linux__)
#error "ringplot.h: streams are supported on Linux only"
#endif
#if !defined(__GNUC__)
#error "ringplot.h needs gcc, clang or a compiler that is compatible with them"
#endif
#if defined(RINGPLOT_IMPLEMENTATION) && !defined(_GNU_SOURCE)
/* Has an effect where this is the first header of the file. */
#define _GNU_SOURCE 1
#endif

#include <stddef.h>
#include <stdint.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ || UINTPTR_MAX != UINT64_MAX
#error "ringplot.h needs a little-endian 64-bit machine"
#endif

#if defined(__SANITIZE_THREAD__) && !defined(RINGPLOT_PORTABLE)
#define RINGPLOT_PORTABLE 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) && !defined(RINGPLOT_PORTABLE)
#define RINGPLOT_PORTABLE 1
#endif
#endif
#if defined(__x86_64__) && !defined(RINGPLOT_PORTABLE)
#define RP__X86 1
#else
#define RP__X86 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- what everything returns */

typedef enum rp_code {
    RP_OK = 0,
    RP_BAD_NAME,         /* the name is not one */
    RP_BAD_OPTION,       /* a colour, a style, an offset or another option is out of range */
    RP_BAD_CAPACITY,     /* not a power of two from 2^10 to 2^32 */
    RP_BAD_RATE,         /* not positive and finite, or a t0 that is not finite */
    RP_BAD_FRAME_LENGTH, /* the longest curve does not fit any ring, or is empty */
    RP_META_TOO_LONG,    /* label, units and the rest take more than 65,024 bytes */
    RP_NAME_IN_USE,      /* a live producer has the name */
    RP_DIRECTORY,        /* the registry's folder cannot be used */
    RP_REGISTRY,         /* a file of the registry cannot be written or looked at */
    RP_NO_SPACE,         /* /dev/shm is too small */
    RP_SYSTEM,           /* the system refused */
    RP_NO_MEMORY,        /* malloc failed */
    RP_UNKNOWN,          /* no stream of that name */
    RP_INITIALISING,     /* the producer has not finished creating it */
    RP_GONE,             /* its shared memory is gone */
    RP_VERSION,          /* another layout: update the older of the two programs */
    RP_DAMAGED,          /* its header is not one */
    RP_UNKNOWN_KEY,      /* it says something that a reader must know, and this one does not */
    RP_NO_DISPLAY,       /* no window, because there is nothing to open it on */
    RP_NO_VIEWER,        /* there is no ringplot program */
    RP_NOT_STARTED       /* the system refused to start the viewer */
} rp_code;

/* What the last call of this thread that did not return RP_OK has to say: one sentence, what is wrong and what to do. */
const char *rp_error(void);

/* ---------------------------------------------------------------- the producer */

/* A point of an xy stream or of a curve. */
typedef struct rp_point {
    float x;
    float y;
} rp_point;

typedef enum rp_style {
    RP_LINE,
    RP_POINTS,
    RP_STEP_PRE,
    RP_STEP_MID,
    RP_STEP_POST,
    RP_AREA,
    RP_STEM,
    RP_BAND,
    RP_PERSISTENCE,
    RP_FADING,
    RP_WATERFALL
} rp_style;

/* What drives the time axis: seconds of the model; real time since the creation; real time since `origin_unix_ns`. */
typedef enum rp_clock { RP_SIMULATION, RP_WALL, RP_WALL_SINCE } rp_clock;

/* What may be said of a stream; all zeros is what is usual. Text is copied. */
typedef struct rp_options {
    uint64_t capacity;      /* points in the ring, a power of two from 2^10 to 2^32; 0: by memory and rate, 2^14 to 2^20 */
    const char *label;      /* name in the legend, in place of the stream's name */
    const char *group;      /* streams of one group belong together */
    const char *x_unit;     /* such as "s" */
    const char *y_unit;     /* such as "V" */
    const char *colour;     /* "#rrggbb" */
    rp_style style;         /* how to draw it */
    rp_clock clock;         /* what drives the time axis */
    int64_t origin_unix_ns; /* with RP_WALL_SINCE: nanoseconds since 1970 that t = 0 stands for */
    double rate_hint;       /* points a second that will be pushed; 0: unknown */
    double y_offset;        /* what is pushed are differences to this: the value of a point is y_offset + y, in f64 */
    float y_low, y_high;    /* the range that pushed y are expected in; both 0: unknown */
    int32_t order;          /* position among the streams of a plot: lower first */
} rp_options;

/* The address of shared words that the compiler need not take for a field of a producer. */
typedef unsigned long long rp__counter;
struct rp__run;

/* The part that all kinds have. Its fields are this header's. */
typedef struct rp_producer {
    rp_point *slots;
    uint64_t mask;
    rp__counter *write_position;
    uint64_t position;
    double epoch;
    struct rp__run *run;
    int copier;
} rp_producer;

/* A stream of y at times t, in seconds. */
typedef struct rp_timed {
    rp_producer base;
} rp_timed;
/* A stream of y at a fixed rate. */
typedef struct rp_uniform {
    rp_producer base;
} rp_uniform;
/* A stream of points (x, y) in any order. */
typedef struct rp_xy {
    rp_producer base;
} rp_xy;
/* A stream of whole curves, of which the newest counts. */
typedef struct rp_snapshot {
    rp_producer base;
} rp_snapshot;
/* A stream of texts. */
typedef struct rp_events {
    rp_producer base;
} rp_events;

/*
 * These create a stream and hold its name until rp_close, rp_finish or the end of the process. `options` may be NULL. What a
 * dead producer left under the name is removed; a live producer's name is refused with RP_NAME_IN_USE. On an error
 * `*producer` is NULL, and nothing is left.
 */
rp_code rp_timed_create(const char *name, const rp_options *options, rp_timed **producer);
/* `rate` in samples a second, from `t0` in seconds. */
rp_code rp_uniform_create(const char *name, const rp_options *options, double t0, double rate, rp_uniform **producer);
rp_code rp_xy_create(const char *name, const rp_options *options, rp_xy **producer);
/* Curves of at most `longest` points; the ring holds at least four of them. */
rp_code rp_snapshot_create(const char *name, const rp_options *options, uint32_t longest, rp_snapshot **producer);
rp_code rp_events_create(const char *name, const rp_options *options, rp_events **producer);

/* Publishes y at time t. A t or y that is not finite lifts the pen. */
static inline void rp_timed_push(rp_timed *producer, double t, float y);
/* Publishes y[i] at t[i] for i < count, a quarter of the ring at a time. */
void rp_timed_push_slice(rp_timed *producer, const double *t, const float *y, size_t count);
/* Lifts the pen: the line breaks here, and what follows has its full resolution in time. Fills up to 256 positions, which
   count as written and received; a break right after another, or before the first point, takes nothing. */
void rp_timed_break(rp_timed *producer);

/* Publishes the next sample. A y that is not finite lifts the pen. */
static inline void rp_uniform_push(rp_uniform *producer, float y);
void rp_uniform_push_slice(rp_uniform *producer, const float *y, size_t count);
/* Lifts the pen for one sample. */
void rp_uniform_break(rp_uniform *producer);

/* Publishes a point. An x or y that is not finite lifts the pen. */
static inline void rp_xy_push(rp_xy *producer, float x, float y);
static inline void rp_xy_push_slice(rp_xy *producer, const rp_point *points, size_t count);
/* Lifts the pen; takes one position, or none right after another break and before the first point. */
void rp_xy_break(rp_xy *producer);

/* Publishes a whole curve for time t. One that is longer than `longest` is cut, and counted in rp_cut. */
void rp_snapshot_update(rp_snapshot *producer, double t, const rp_point *curve, size_t count);

/* Publishes a text of key=value lines for time t. One of more than 4,096 bytes is cut, and counted in rp_cut. */
void rp_events_emit(rp_events *producer, double t, const char *text);
/* The same, of `length` bytes that need no NUL at their end. */
void rp_events_emit_bytes(rp_events *producer, double t, const char *text, size_t length);

/* Marks everything published so far as cleared: viewers forget it. Counts stay as they are. */
void rp_clear(rp_producer *producer);
/* Points (frames, of a stream of frames) published so far, fillers of breaks included. */
uint64_t rp_produced(const rp_producer *producer);
/* Curves or texts that were longer than the longest frame, and were cut. */
uint64_t rp_cut(const rp_producer *producer);
/* Points that the ring holds. */
uint64_t rp_producer_capacity(const rp_producer *producer);
/* Waits until a viewer has attached, for at most so many seconds; 0 when none came. */
int rp_wait_for_viewer(const rp_producer *producer, double seconds);

/* Closes the stream and frees the handle; the viewer keeps the picture. Waits up to 2 s for a viewer that this program has
   opened and that has not attached yet. NULL is no error. */
void rp_close(rp_producer *producer);
/* The same, and the viewer closes its window once it has drawn the last point. */
void rp_finish(rp_producer *producer);

/* Which viewer to open; all zeros, or NULL in its place: the ringplot program, on all streams of this program. */
typedef struct rp_viewer {
    const char *program;        /* looked for where it is NULL: RINGPLOT_BIN, `ringplot` beside this program, one folder up,
                                   in PATH */
    const char *const *streams; /* NULL at the end: these and what lies below them, of whatever process */
    const char *const *args;    /* NULL at the end: further arguments of `ringplot view` */
} rp_viewer;

/* Opens a window in a process and a session of its own, which outlives this program. One window for a program, however often
   it asks. The result may be ignored: the program goes on without a window. */
rp_code rp_open_viewer(const rp_viewer *viewer);

/* ---------------------------------------------------------------- the reader */

typedef enum rp_kind { RP_TIMED, RP_UNIFORM, RP_XY, RP_SNAPSHOT, RP_EVENTS } rp_kind;
typedef enum rp_start {
    RP_OLDEST, /* at the oldest point that is still whole */
    RP_NOW     /* at what is published from now on */
} rp_start;
typedef enum rp_liveness {
    RP_LIVE,
    RP_STALLED,  /* alive, but nothing came for 3 s or ten nominal intervals, whichever is longer */
    RP_CLOSED,   /* the picture stays */
    RP_FINISHED, /* the viewer closes its window */
    RP_DEAD,     /* it was killed, or died without closing */
    RP_REPLACED, /* another producer has taken the name: attach again */
    RP_CUT_SHORT /* its memory was cut short or overwritten: nothing more is read */
} rp_liveness;

/* A stream that the registry knows. */
typedef struct rp_stream {
    char name[201];
    int is_live;
    uint64_t run; /* 0 while it is still being created */
    uint32_t pid; /* the same */
} rp_stream;

/* The streams of the registry by name, live ones and what dead producers left. `*streams` is freed with free(). */
rp_code rp_list(rp_stream **streams, size_t *count);

typedef struct rp_consumer rp_consumer;

/* Attaches to the stream called `name`. Waits up to `seconds` for it to appear, and up to 2 s for one that is just being
   created. A reader costs the producer nothing. */
rp_code rp_attach(const char *name, rp_start start, double seconds, rp_consumer **consumer);
/* NULL is no error. */
void rp_detach(rp_consumer *consumer);

/* What one drain did: the points of positions first..first + count were copied, `lost` points before `first` were
   overwritten unread, `remaining` are left for the next drain. */
typedef struct rp_drained {
    uint64_t first;
    uint64_t count;
    uint64_t lost;
    uint64_t remaining;
} rp_drained;

/* Copies the oldest unread points, at most `room`, into x and y; either may be NULL. An x or y that is not finite is where
   the pen is up. Never waits. In a stream of frames nothing is drained. */
rp_drained rp_drain(rp_consumer *consumer, double *x, float *y, size_t room);

/* A frame that was copied. `length` in points or bytes is that of the whole frame, also where it did not fit the room. */
typedef struct rp_frame {
    uint64_t number;   /* frames of this run before it */
    uint64_t position; /* of its first slot */
    double t;          /* seconds */
    uint32_t length;
    uint64_t lost; /* frames between the last one taken and this one */
} rp_frame;

/* Copies the newest curve, if it is new: 1, else 0. */
int rp_newest_curve(rp_consumer *consumer, rp_point *points, size_t room, rp_frame *frame);
/* Copies the oldest unread event that is still in the ring, with a NUL at its end (room for 4,097 bytes holds any): 1, or 0
   where there is none. */
int rp_next_event(rp_consumer *consumer, char *text, size_t room, rp_frame *frame);

/* received + lost = position - start, in points (in frames, of a stream of frames). */
typedef struct rp_counts {
    uint64_t start;
    uint64_t position;
    uint64_t received;
    uint64_t lost;
} rp_counts;
rp_counts rp_count(const rp_consumer *consumer);

/* How the producer is. Opens a file of the registry: ask a few times a second. Ask before the last drain: after anything but
   live and stalled, one more drain has the last point. */
rp_liveness rp_ask(rp_consumer *consumer);
/* Waits until there is something unread, for at most so many seconds: 1; 0 when nothing came, or nothing will. */
int rp_wait_for_data(rp_consumer *consumer, double seconds);
/* Tells a producer that waits in rp_wait_for_viewer that a viewer is attached. */
void rp_announce_viewer(rp_consumer *consumer);

rp_kind rp_kind_of(const rp_consumer *consumer);
/* This life of the producer: random, not 0. */
uint64_t rp_run_of(const rp_consumer *consumer);
uint32_t rp_pid_of(const rp_consumer *consumer);
/* Points that the ring holds. */
uint64_t rp_consumer_capacity(const rp_consumer *consumer);
/* Points (frames) published so far. */
uint64_t rp_written(const rp_consumer *consumer);
/* Position before which the producer cleared. */
uint64_t rp_cleared_before(const rp_consumer *consumer);
/* Longest curve in points, or event in bytes; 0 in streams of points. */
uint32_t rp_longest(const rp_consumer *consumer);
/* Nanoseconds since 1970 that x = 0 stands for; on a simulation's clock, when the run was created. */
int64_t rp_origin_unix_ns(const rp_consumer *consumer);
/* The metadata of a key of LAYOUT.md, such as "y_unit"; NULL where the stream does not say. */
const char *rp_meta(const rp_consumer *consumer, const char *key);
/* The value of a pushed y: y_offset + y. */
double rp_value(const rp_consumer *consumer, float y);

/* ---------------------------------------------------------------- the bytes, as LAYOUT.md has them */

typedef struct rp_header {
    uint64_t magic;
    uint16_t major;
    uint16_t minor;
    uint32_t header_len;
    uint64_t segment_len;
    uint32_t endian;
    uint32_t point_format;
    uint64_t run_id;
    int64_t origin_unix_ns;
    uint64_t created_mono_ns;
    uint32_t producer_pid;
    uint32_t x_mode;
    uint64_t producer_start_time;
    uint32_t log2_capacity;
    uint32_t log2_block;
    uint32_t max_frame_len;
    uint32_t stream_kind;
    uint64_t off_epochs;
    uint64_t off_points;
    uint64_t off_control;
    uint64_t off_meta;
    uint32_t len_meta;
    uint32_t crc32;
    double t0;
    double rate;
    uint64_t reserved[14];
} rp_header;

enum {
    RP_OFF_WRITE_POSITION = 0x0100,
    RP_OFF_RESERVED_POSITION = 0x0108,
    RP_OFF_STATE = 0x0180,
    RP_OFF_CLEARED_BEFORE = 0x0188,
    RP_OFF_NEWEST_FRAME = 0x0190,
    RP_OFF_FRAME_COUNT = 0x0198,
    RP_OFF_META = 0x0200,
    RP_OFF_CONTROL_OWN_VIEWER = 0x08,
    RP_MAX_META = 65536 - RP_OFF_META,
    RP_MAX_EVENT = 4096,
    RP_BLOCK = 256,
    RP_TRAILER = 2,
    RP_STATE_LIVE = 1,
    RP_STATE_CLOSED = 2,
    RP_STATE_FINISHED = 3
};

/* ---------------------------------------------------------------- what is inline: single pushes, and short slices */

/* Cold: opens the block at `position`; its epoch is t where that is finite, else the one before. */
double rp__open_block(struct rp__run *run, uint64_t position, double t, double before);
void rp__push_points(rp_xy *producer, const rp_point *points, size_t count);

typedef uint64_t __attribute__((__may_alias__)) rp__word;
typedef float rp__pair __attribute__((__vector_size__(8)));

/*
 * Stores the slot, then the counter that publishes it: a relaxed and a release store of 8 bytes each. On x86-64 two volatile
 * stores are that: the compiler makes each in one piece, keeps their order, and moves neither over the calls and atomics of
 * the cold paths; the processor makes stores visible in the order of the program. Unlike atomics they leave the fields of the
 * producer in registers, since their types are no field's.
 */
static inline void rp__put(rp_point *slots, uint64_t mask, rp__counter *write_position, uint64_t position, float x, float y) {
    uint64_t end = position + 1;
#if RP__X86
    rp__pair pair = {x, y};
    *(volatile rp__pair *)(void *)&slots[position & mask] = pair;
    *(volatile rp__counter *)write_position = end;
#else
    rp_point point;
    uint64_t word;
    point.x = x;
    point.y = y;
    __builtin_memcpy(&word, &point, 8);
    __asm__("" : "+r"(word)); /* Hides the halves from the compiler, which may else store each of them. */
    __atomic_store_n((rp__word *)(void *)&slots[position & mask], word, __ATOMIC_RELAXED);
    __atomic_store_n(write_position, end, __ATOMIC_RELEASE);
#endif
}

static inline void rp_timed_push(rp_timed *producer, double t, float y) {
    rp_producer *p = &producer->base;
    uint64_t position = p->position;
    if (__builtin_expect(position % RP_BLOCK == 0, 0))
        p->epoch = rp__open_block(p->run, position, t, p->epoch);
    p->position = position + 1;
    rp__put(p->slots, p->mask, p->write_position, position, (float)(t - p->epoch), y);
}

static inline void rp_uniform_push(rp_uniform *producer, float y) {
    rp_producer *p = &producer->base;
    uint64_t position = p->position;
    if (__builtin_expect(position % RP_BLOCK == 0, 0))
        rp__open_block(p->run, position, 0.0, 0.0);
    p->position = position + 1;
    rp__put(p->slots, p->mask, p->write_position, position, 0.0f, y);
}

static inline void rp_xy_push(rp_xy *producer, float x, float y) {
    rp_producer *p = &producer->base;
    uint64_t position = p->position;
    if (__builtin_expect(position % RP_BLOCK == 0, 0))
        rp__open_block(p->run, position, 0.0, 0.0);
    p->position = position + 1;
    rp__put(p->slots, p->mask, p->write_position, position, x, y);
}

enum { RP__WORDS, RP__SSE2, RP__AVX, RP__STRINGS };

/* Copies points into slots in bulk, each slot in one piece or in pieces that validation drops: never with non-temporal stores,
   which would overtake the reservation. */
__attribute__((__always_inline__)) static inline void rp__copy(int copier, rp_point *to, const rp_point *from, size_t count) {
#if RP__X86
    uint64_t n = count * 8;
    if (copier == RP__STRINGS && count >= 1024) {
        __asm__ __volatile__("rep movsb" : "+c"(n), "+D"(to), "+S"(from) : : "memory");
    } else if (copier >= RP__AVX) {
        __asm__ __volatile__(
            "sub $128, %[n]\n\tjb 3f\n\t.p2align 4\n2:\n\t"
            "vmovups (%[from]), %%ymm0\n\tvmovups 32(%[from]), %%ymm1\n\t"
            "vmovups 64(%[from]), %%ymm2\n\tvmovups 96(%[from]), %%ymm3\n\t"
            "vmovups %%ymm0, (%[to])\n\tvmovups %%ymm1, 32(%[to])\n\t"
            "vmovups %%ymm2, 64(%[to])\n\tvmovups %%ymm3, 96(%[to])\n\t"
            "add $128, %[from]\n\tadd $128, %[to]\n\tsub $128, %[n]\n\tjae 2b\n"
            "3:\n\tadd $128, %[n]\n\tjz 6f\n\tsub $32, %[n]\n\tjb 5f\n"
            "4:\n\tvmovups (%[from]), %%ymm0\n\tvmovups %%ymm0, (%[to])\n\t"
            "add $32, %[from]\n\tadd $32, %[to]\n\tsub $32, %[n]\n\tjae 4b\n"
            "5:\n\tadd $32, %[n]\n\tjz 6f\n"
            "7:\n\tvmovq (%[from]), %%xmm0\n\tvmovq %%xmm0, (%[to])\n\t"
            "add $8, %[from]\n\tadd $8, %[to]\n\tsub $8, %[n]\n\tjnz 7b\n"
            "6:\n\tvzeroupper"
            : [n] "+r"(n), [to] "+r"(to), [from] "+r"(from)
            :
            : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
              "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    } else {
        __asm__ __volatile__(
            "sub $64, %[n]\n\tjb 3f\n\t.p2align 4\n2:\n\t"
            "movups (%[from]), %%xmm0\n\tmovups 16(%[from]), %%xmm1\n\t"
            "movups 32(%[from]), %%xmm2\n\tmovups 48(%[from]), %%xmm3\n\t"
            "movups %%xmm0, (%[to])\n\tmovups %%xmm1, 16(%[to])\n\t"
            "movups %%xmm2, 32(%[to])\n\tmovups %%xmm3, 48(%[to])\n\t"
            "add $64, %[from]\n\tadd $64, %[to]\n\tsub $64, %[n]\n\tjae 2b\n"
            "3:\n\tadd $64, %[n]\n\tjz 6f\n"
            "7:\n\tmovq (%[from]), %%xmm0\n\tmovq %%xmm0, (%[to])\n\t"
            "add $8, %[from]\n\tadd $8, %[to]\n\tsub $8, %[n]\n\tjnz 7b\n6:"
            : [n] "+r"(n), [to] "+r"(to), [from] "+r"(from)
            :
            : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3");
    }
#else
    size_t i;
    (void)copier;
    for (i = 0; i < count; i++) {
        uint64_t word;
        __builtin_memcpy(&word, &from[i], 8);
        __atomic_store_n((rp__word *)(void *)&to[i], word, __ATOMIC_RELAXED);
    }
#endif
}

/* Publishes points, a quarter of the ring at a time. */
static inline void rp_xy_push_slice(rp_xy *producer, const rp_point *points, size_t count) {
    rp_producer *p = &producer->base;
    uint64_t position = p->position, in_block = position % RP_BLOCK;
    /* What is left of a block that was begun is reserved, and lies together. */
    if (count <= 64 && in_block != 0 && in_block + count <= RP_BLOCK) {
        rp__counter *write_position = p->write_position;
        p->position = position + count;
        rp__copy(p->copier, &p->slots[position & p->mask], points, count);
        __atomic_store_n(write_position, position + count, __ATOMIC_RELEASE);
        return;
    }
    rp__push_points(producer, points, count);
}

#ifdef __cplusplus
}
#endif
#endif /* RINGPLOT_H */

/* ================================================================ C++ */

#if defined(__cplusplus) && defined(__cpp_exceptions) && !defined(RINGPLOT_NO_CXX) && !defined(RINGPLOT_CXX)
#define RINGPLOT_CXX

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
#if __cplusplus >= 202002L
#include <span>
#endif

/*
 * Classes over the functions above: they close in their destructors, move and do not copy, and throw ringplot::error where
 * something cannot be created or attached to. Pushes neither throw nor allocate.
 *
 *     ringplot::options options{};
 *     options.y_unit = "J";
 *     ringplot::timed energy("sim/energy", options);
 *     energy.push(0.5, 1.25f);
 *
 * Left out with -fno-exceptions and where RINGPLOT_NO_CXX is defined.
 */
namespace ringplot {

using options = rp_options;
using point = rp_point;

/* What is wrong and what to do, as rp_error() has it, with its code. */
class error : public std::runtime_error {
  public:
    explicit error(rp_code code) : std::runtime_error(rp_error()), code_(code) {}
    rp_code code() const noexcept { return code_; }

  private:
    rp_code code_;
};

namespace detail {
inline void check(rp_code code) {
    if (code != RP_OK)
        throw error(code);
}
} // namespace detail

/* What producers of all kinds can do. */
template <class Handle> class producer {
  public:
    producer(const producer &) = delete;
    producer &operator=(const producer &) = delete;
    producer(producer &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    producer &operator=(producer &&other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }

    /* Closes the stream, as the destructor does; nothing may be pushed any more. */
    void close() noexcept {
        if (handle_ != nullptr)
            rp_close(&std::exchange(handle_, nullptr)->base);
    }
    /* The same, and the viewer closes its window. */
    void finish() noexcept {
        if (handle_ != nullptr)
            rp_finish(&std::exchange(handle_, nullptr)->base);
    }
    void clear() noexcept { rp_clear(&handle_->base); }
    std::uint64_t written() const noexcept { return rp_produced(&handle_->base); }
    std::uint64_t capacity() const noexcept { return rp_producer_capacity(&handle_->base); }
    bool wait_for_viewer(double seconds) const noexcept { return rp_wait_for_viewer(&handle_->base, seconds) != 0; }
    /* The handle of the C functions. */
    Handle *get() const noexcept { return handle_; }

  protected:
    producer() = default;
    ~producer() { close(); }
    Handle *handle_ = nullptr;
};

/* A stream of y at times t, in seconds. */
class timed : public producer<rp_timed> {
  public:
    explicit timed(const std::string &name, const options &asked = options()) {
        detail::check(rp_timed_create(name.c_str(), &asked, &handle_));
    }
    void push(double t, float y) noexcept { rp_timed_push(handle_, t, y); }
    void push(const double *t, const float *y, std::size_t count) noexcept { rp_timed_push_slice(handle_, t, y, count); }
#if __cplusplus >= 202002L
    /* Of spans of unequal length, the shorter. */
    void push(std::span<const double> t, std::span<const float> y) noexcept {
        push(t.data(), y.data(), std::min(t.size(), y.size()));
    }
#endif
    void push_break() noexcept { rp_timed_break(handle_); }
};

/* A stream of y at a fixed rate, in samples a second, from t0 in seconds. */
class uniform : public producer<rp_uniform> {
  public:
    uniform(const std::string &name, double t0, double rate, const options &asked = options()) {
        detail::check(rp_uniform_create(name.c_str(), &asked, t0, rate, &handle_));
    }
    void push(float y) noexcept { rp_uniform_push(handle_, y); }
    void push(const float *y, std::size_t count) noexcept { rp_uniform_push_slice(handle_, y, count); }
#if __cplusplus >= 202002L
    void push(std::span<const float> y) noexcept { push(y.data(), y.size()); }
#endif
    void push_break() noexcept { rp_uniform_break(handle_); }
};

/* A stream of points in any order. */
class xy : public producer<rp_xy> {
  public:
    explicit xy(const std::string &name, const options &asked = options()) {
        detail::check(rp_xy_create(name.c_str(), &asked, &handle_));
    }
    void push(float x, float y) noexcept { rp_xy_push(handle_, x, y); }
    void push(const point *points, std::size_t count) noexcept { rp_xy_push_slice(handle_, points, count); }
#if __cplusplus >= 202002L
    void push(std::span<const point> points) noexcept { push(points.data(), points.size()); }
#endif
    void push_break() noexcept { rp_xy_break(handle_); }
};

/* A stream of whole curves of at most `longest` points. */
class snapshot : public producer<rp_snapshot> {
  public:
    snapshot(const std::string &name, std::uint32_t longest, const options &asked = options()) {
        detail::check(rp_snapshot_create(name.c_str(), &asked, longest, &handle_));
    }
    void update(double t, const point *curve, std::size_t count) noexcept { rp_snapshot_update(handle_, t, curve, count); }
#if __cplusplus >= 202002L
    void update(double t, std::span<const point> curve) noexcept { update(t, curve.data(), curve.size()); }
#endif
    std::uint64_t cut() const noexcept { return rp_cut(&handle_->base); }
};

/* A stream of texts. */
class events : public producer<rp_events> {
  public:
    explicit events(const std::string &name, const options &asked = options()) {
        detail::check(rp_events_create(name.c_str(), &asked, &handle_));
    }
    void emit(double t, const std::string &text) noexcept { rp_events_emit_bytes(handle_, t, text.data(), text.size()); }
    std::uint64_t cut() const noexcept { return rp_cut(&handle_->base); }
};

/* One of any number of readers of a stream. */
class consumer {
  public:
    explicit consumer(const std::string &name, rp_start start = RP_OLDEST, double seconds = 0) {
        detail::check(rp_attach(name.c_str(), start, seconds, &handle_));
    }
    consumer(const consumer &) = delete;
    consumer &operator=(const consumer &) = delete;
    consumer(consumer &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    consumer &operator=(consumer &&other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~consumer() { rp_detach(handle_); }

    rp_drained drain(double *x, float *y, std::size_t room) noexcept { return rp_drain(handle_, x, y, room); }
    /* At most as many points as x and y have room for; they are left as long as what was copied. */
    rp_drained drain(std::vector<double> &x, std::vector<float> &y, std::size_t room) {
        x.resize(room);
        y.resize(room);
        rp_drained drained = drain(x.data(), y.data(), room);
        x.resize(drained.count);
        y.resize(drained.count);
        return drained;
    }
    bool newest_curve(std::vector<point> &curve, rp_frame &frame) {
        curve.resize(rp_longest(handle_));
        bool is_new = rp_newest_curve(handle_, curve.data(), curve.size(), &frame) != 0;
        curve.resize(is_new ? frame.length : 0);
        return is_new;
    }
    bool next_event(std::string &text, rp_frame &frame) {
        char bytes[RP_MAX_EVENT + 1];
        bool is_new = rp_next_event(handle_, bytes, sizeof bytes, &frame) != 0;
        text.assign(bytes, is_new ? frame.length : 0);
        return is_new;
    }
    rp_counts counts() const noexcept { return rp_count(handle_); }
    rp_liveness liveness() noexcept { return rp_ask(handle_); }
    bool wait_for_data(double seconds) noexcept { return rp_wait_for_data(handle_, seconds) != 0; }
    rp_kind kind() const noexcept { return rp_kind_of(handle_); }
    /* Empty where the stream does not say. */
    std::string meta(const std::string &key) const {
        const char *value = rp_meta(handle_, key.c_str());
        return value == nullptr ? std::string() : std::string(value);
    }
    double value(float y) const noexcept { return rp_value(handle_, y); }
    /* The handle of the C functions. */
    rp_consumer *get() const noexcept { return handle_; }

  private:
    rp_consumer *handle_ = nullptr;
};

/* The streams of the registry, by name. */
inline std::vector<rp_stream> streams() {
    rp_stream *listed;
    std::size_t count;
    detail::check(rp_list(&listed, &count));
    std::vector<rp_stream> all(listed, listed + count);
    std::free(listed);
    return all;
}

} // namespace ringplot
#endif /* C++ */

/* ================================================================ the cold code, in one file of the program */

#if defined(RINGPLOT_IMPLEMENTATION) && !defined(RINGPLOT_IMPLEMENTED)
#define RINGPLOT_IMPLEMENTED

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__GLIBC__) && !defined(__USE_MISC)
#error "ringplot.h: RINGPLOT_IMPLEMENTATION needs _DEFAULT_SOURCE or _GNU_SOURCE: include it first, or compile with -D_GNU_SOURCE"
#else
#if RP__X86
#include <cpuid.h>
#endif
/* The system's numbers, which are hidden from programs that ask for less. */
#ifndef F_OFD_GETLK
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum { RP__PATH = 4096, RP__FILE = 201, RP__RECORD = 4096, RP__ID = 27 };

/* ---------------------------------------------------------------- errors, numbers, clocks */

#ifdef __cplusplus
static thread_local char rp__text[2048];
#else
static _Thread_local char rp__text[2048];
#endif

const char *rp_error(void) {
    return rp__text;
}

__attribute__((format(printf, 2, 3))) static rp_code rp__fail(rp_code code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(rp__text, sizeof rp__text, format, arguments);
    va_end(arguments);
    return code;
}

/* Whether the text fitted. */
__attribute__((format(printf, 3, 4))) static int rp__print(char *to, size_t room, const char *format, ...) {
    int length;
    va_list arguments;
    va_start(arguments, format);
    length = vsnprintf(to, room, format, arguments);
    va_end(arguments);
    return length >= 0 && (size_t)length < room;
}

/* Finite, also where the compiler was told that all numbers are. */
static int rp__is_finite(double value) {
    uint64_t bits;
    memcpy(&bits, &value, 8);
    return (bits >> 52 & 0x7FF) != 0x7FF;
}

/* Decimal numbers as Rust has them, whatever the program's locale. */
static locale_t rp__enter_c_locale(locale_t *made) {
    *made = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return *made == (locale_t)0 ? (locale_t)0 : uselocale(*made);
}

static void rp__leave_c_locale(locale_t made, locale_t before) {
    if (made != (locale_t)0) {
        uselocale(before);
        freelocale(made);
    }
}

static int rp__number(const char *text, double *value) {
    locale_t made, before;
    char *end;
    if (*text == 0 || strspn(text, "0123456789+-.eE") != strlen(text))
        return 0;
    before = rp__enter_c_locale(&made);
    *value = strtod(text, &end);
    rp__leave_c_locale(made, before);
    return *end == 0 && rp__is_finite(*value);
}

static uint64_t rp__nanos(clockid_t clock) {
    struct timespec now;
    if (clock_gettime(clock, &now) != 0 || now.tv_sec < 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static double rp__seconds(void) {
    return (double)rp__nanos(CLOCK_MONOTONIC) * 1e-9;
}

static void rp__sleep(double seconds) {
    struct timespec pause;
    if (!(seconds > 0))
        return;
    pause.tv_sec = (time_t)seconds;
    pause.tv_nsec = (long)((seconds - (double)pause.tv_sec) * 1e9);
    (void)nanosleep(&pause, NULL);
}

static uint64_t rp__random(void) {
    uint64_t value = 0;
    while (value == 0)
        if (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value)
            value = rp__nanos(CLOCK_MONOTONIC) * 0x9E3779B97F4A7C15u ^ (uint64_t)getpid() << 32;
    return value;
}

static uint64_t rp__page_size(void) {
    long size = sysconf(_SC_PAGESIZE);
    return size < 4096 ? 4096 : (uint64_t)size;
}

/* The line of /proc/PID/stat after the name in parentheses, which may hold anything: state, then field 4 and so on. */
static const char *rp__stat_of(uint32_t pid, char *line, size_t room) {
    char path[32];
    const char *end = NULL;
    ssize_t length = -1;
    int fd;
    if (rp__print(path, sizeof path, "/proc/%u/stat", (unsigned)pid) && (fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0) {
        length = read(fd, line, room - 1);
        close(fd);
    }
    if (length > 0) {
        line[length] = 0;
        end = strrchr(line, ')');
    }
    return end == NULL || end[1] == 0 ? NULL : end + 2;
}

/* When a process started, in clock ticks since boot; 0 where the system does not tell. */
static uint64_t rp__start_time(uint32_t pid) {
    char line[1024];
    const char *field = rp__stat_of(pid, line, sizeof line);
    int skip;
    for (skip = 0; field != NULL && skip < 19; skip++) {
        field = strchr(field, ' ');
        field = field == NULL ? NULL : field + 1;
    }
    return field == NULL ? 0 : strtoull(field, NULL, 10);
}

/* Whether the process that started then is there. A zombie is not. */
static int rp__is_process(uint32_t pid, uint64_t start) {
    char line[1024];
    const char *state = rp__stat_of(pid, line, sizeof line);
    return state != NULL && *state != 'Z' && *state != 'X' && start != 0 && rp__start_time(pid) == start;
}

static uint32_t rp__crc32(uint32_t crc, const unsigned char *bytes, size_t length) {
    size_t i;
    int bit;
    crc = ~crc;
    for (i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static uint32_t rp__checksum(const rp_header *header, const unsigned char *meta, size_t length) {
    unsigned char bytes[sizeof(rp_header)];
    uint32_t crc;
    memcpy(bytes, header, sizeof bytes);
    crc = rp__crc32(0, bytes + 0x08, 0x7C - 0x08);
    crc = rp__crc32(crc, bytes + 0x80, 0x100 - 0x80);
    return rp__crc32(crc, meta, length);
}

/* ---------------------------------------------------------------- names and the registry's folders */

/* The next character of UTF-8; 0 at the end, and UINT32_MAX where it is none. */
static uint32_t rp__next_char(const unsigned char **text) {
    static const uint32_t least[4] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *at = *text;
    uint32_t value = *at;
    int more = value < 0x80 ? 0 : value >> 5 == 6 ? 1 : value >> 4 == 14 ? 2 : value >> 3 == 30 ? 3 : -1, i;
    if (more < 0)
        return UINT32_MAX;
    if (value == 0)
        return 0;
    value &= more == 0 ? 0x7Fu : 0x3Fu >> more;
    for (i = 1; i <= more; i++) {
        if (at[i] >> 6 != 2)
            return UINT32_MAX;
        value = value << 6 | (at[i] & 0x3Fu);
    }
    if (value < least[more] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return UINT32_MAX;
    *text = at + more + 1;
    return value;
}

static int rp__is_utf8(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    uint32_t letter;
    while ((letter = rp__next_char(&at)) != 0)
        if (letter == UINT32_MAX)
            return 0;
    return 1;
}

/* The file name of a stream, without its ending; 0 where it does not fit. */
static int rp__to_file(const char *name, char file[RP__FILE]) {
    static const char *const device[] = {"con", "nul", "aux", "prn", "com", "lpt"};
    size_t stem = strcspn(name, "."), length = 0, i;
    int is_device = stem == 0, d;
    for (d = 0; d < 6; d++)
        is_device |= strncmp(name, device[d], 3) == 0 &&
                     (d < 4 ? stem == 3 : stem == 4 && name[3] >= '1' && name[3] <= '9');
    for (i = 0; name[i] != 0; i++) {
        unsigned char byte = (unsigned char)name[i];
        int is_plain = strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", byte) != NULL && (i != 0 || !is_device);
        if (length + (is_plain ? 1 : 3) >= RP__FILE)
            return 0;
        if (is_plain) {
            file[length++] = (char)byte;
        } else {
            file[length++] = '%';
            file[length++] = "0123456789ABCDEF"[byte >> 4];
            file[length++] = "0123456789ABCDEF"[byte & 15];
        }
    }
    file[length] = 0;
    return 1;
}

static int rp__is_control(uint32_t letter) {
    return letter < 0x20 || (letter >= 0x7F && letter < 0xA0);
}

/* Whether a character reorders the text around it, so that a name would read as another. */
static int rp__is_mark(uint32_t letter) {
    return letter == 0x61C || letter == 0x200E || letter == 0x200F || (letter >= 0x202A && letter <= 0x202E) ||
           (letter >= 0x2066 && letter <= 0x2069);
}

/* What is wrong with a name, which has no leading slash; NULL where nothing is. */
static const char *rp__name_fault(const char *name, char file[RP__FILE]) {
    const unsigned char *at = (const unsigned char *)name;
    const char *part = name;
    int parts = 1;
    uint32_t letter;
    if (*name == 0)
        return "it is empty";
    while ((letter = rp__next_char(&at)) != 0) {
        if (letter == UINT32_MAX)
            return "it is not UTF-8";
        if (rp__is_control(letter))
            return "it has a control character";
        if (rp__is_mark(letter))
            return "it has a bidirectional mark";
        parts += letter == '/';
    }
    if (parts > 16)
        return "it has more than 16 parts";
    for (;;) {
        size_t length = strcspn(part, "/");
        if (length == 0)
            return "a part of it is empty";
        if ((length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.'))
            return "a part of it is '.' or '..'";
        if (part[length] == 0)
            break;
        part += length + 1;
    }
    if (!rp__to_file(name, file))
        return "it takes more than 200 bytes as a file name, where a-z, 0-9, '.', '_' and '-' take one byte and each other "
               "byte three";
    return NULL;
}

/* A name that may hold anything, for a message: what a terminal would obey is escaped, and at most 200 characters are told. */
static void rp__escape(const char *name, char to[1024]) {
    const unsigned char *at = (const unsigned char *)name;
    size_t length = 0;
    int told;
    for (told = 0; told < 200 && *at != 0 && length < 1000; told++) {
        const unsigned char *begin = at;
        uint32_t letter = rp__next_char(&at);
        if (letter == UINT32_MAX)
            (void)rp__print(to + length, 1024 - length, "\\x%02x", (unsigned)*at++);
        else if (letter == '"' || letter == '\\')
            (void)rp__print(to + length, 1024 - length, "\\%c", (int)letter);
        else if (letter == '\t' || letter == '\n' || letter == '\r')
            (void)rp__print(to + length, 1024 - length, "\\%c", letter == '\t' ? 't' : letter == '\n' ? 'n' : 'r');
        else if (rp__is_control(letter) || rp__is_mark(letter))
            (void)rp__print(to + length, 1024 - length, "\\u{%x}", (unsigned)letter);
        else
            (void)rp__print(to + length, 1024 - length, "%.*s", (int)(at - begin), (const char *)begin);
        length += strlen(to + length);
    }
    to[length] = 0;
}

/* The name without its leading slash, and its file; NULL, and the error, where it is none. */
static const char *rp__checked_name(const char *name, char file[RP__FILE]) {
    const char *fault, *given = name == NULL ? "" : name;
    char shown[1024];
    name = *given == '/' ? given + 1 : given;
    fault = rp__name_fault(name, file);
    if (fault == NULL)
        return name;
    rp__escape(given, shown);
    (void)rp__fail(RP_BAD_NAME,
                   "bad stream name \"%s\": %s; a name is 1 to 16 parts joined by '/', such as lorenz/x, of any characters "
                   "but control characters and bidirectional marks",
                   shown, fault);
    return NULL;
}

/* The stream name of a file name without its ending, if it is the one form of one. */
static int rp__from_file(const char *file, size_t length, char name[RP__FILE]) {
    char again[RP__FILE];
    size_t at = 0, i;
    if (length >= RP__FILE)
        return 0;
    for (i = 0; i < length; i++) {
        unsigned byte = (unsigned char)file[i];
        if (byte == '%') {
            const char *const digits = "0123456789ABCDEF";
            const char *high, *low;
            if (i + 2 >= length)
                return 0;
            high = strchr(digits, file[i + 1]);
            low = strchr(digits, file[i + 2]);
            if (high == NULL || low == NULL || *high == 0 || *low == 0)
                return 0;
            byte = (unsigned)(high - digits) << 4 | (unsigned)(low - digits);
            i += 2;
        }
        if (byte == 0)
            return 0;
        name[at++] = (char)byte;
    }
    name[at] = 0;
    return rp__name_fault(name, again) == NULL && strlen(again) == length && memcmp(again, file, length) == 0;
}

typedef char rp__path[RP__PATH];

/* The folders of the registry, which need not be there; how many. */
static int rp__candidates(rp__path folders[2]) {
    const char *own = getenv("RINGPLOT_DIR"), *runtime = getenv("XDG_RUNTIME_DIR");
    struct stat status;
    int count = 0;
    if (own != NULL && *own != 0) {
        /* With room for the names of files; a path that is longer is an empty one, and so an error. */
        if (!rp__print(folders[0], RP__PATH - 300, "%s", own))
            folders[0][0] = 0;
        return 1;
    }
    if (runtime != NULL && stat(runtime, &status) == 0 && S_ISDIR(status.st_mode))
        count += rp__print(folders[0], RP__PATH - 300, "%s/ringplot", runtime);
    (void)rp__print(folders[count], RP__PATH, "/tmp/ringplot-%u", (unsigned)geteuid());
    return count + 1;
}

static rp_code rp__folder_error(const char *path) {
    return rp__fail(RP_DIRECTORY, "cannot use the registry folder: %s; set RINGPLOT_DIR to a folder of yours: %s",
                    strerror(errno), path);
}

/* Whether a folder is private to this user. */
static rp_code rp__check_folder(const char *path) {
    struct stat status;
    const char *fault = NULL;
    if (lstat(path, &status) != 0)
        return rp__folder_error(path);
    if (S_ISLNK(status.st_mode))
        fault = "is a symbolic link";
    else if (!S_ISDIR(status.st_mode))
        fault = "is not a folder";
    else if (status.st_uid != geteuid())
        fault = "belongs to another user";
    else if (status.st_mode & 022)
        fault = "can be written by other users";
    if (fault == NULL)
        return RP_OK;
    return rp__fail(RP_DIRECTORY,
                    "the registry folder %s; remove it or set RINGPLOT_DIR to a private folder of yours: %s", fault, path);
}

/* Makes a folder, and those above it, this user's alone. */
static rp_code rp__make_folder(const char *path) {
    rp__path part;
    size_t i;
    for (i = 1; i <= strlen(path); i++) {
        if (path[i] != '/' && path[i] != 0)
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0700) != 0 && errno != EEXIST && path[i] == 0)
            return rp__folder_error(path);
    }
    return rp__check_folder(path);
}

/* The folder that a producer registers in. */
static rp_code rp__folder_for_producer(rp__path folder) {
    rp__path folders[2];
    char first[sizeof rp__text] = "";
    int count = rp__candidates(folders), i;
    rp_code code = RP_OK;
    for (i = 0; i < count; i++) {
        rp_code made = rp__make_folder(folders[i]);
        if (made == RP_OK) {
            memcpy(folder, folders[i], RP__PATH);
            return RP_OK;
        }
        if (code == RP_OK) {
            code = made;
            memcpy(first, rp__text, sizeof first);
        }
    }
    memcpy(rp__text, first, sizeof first);
    return code;
}

/* The folders of the registry that are there, in `folders`. One that cannot be had does not take away the other. */
static rp_code rp__existing_folders(rp__path folders[2], int *count) {
    int candidates = rp__candidates(folders), i, had = 0;
    rp_code code = RP_OK;
    for (i = 0; i < candidates; i++) {
        struct stat status;
        rp_code found = RP_OK;
        DIR *listing;
        if (lstat(folders[i], &status) != 0) {
            if (errno != ENOENT)
                found = rp__folder_error(folders[i]);
            else
                continue;
        } else {
            found = rp__check_folder(folders[i]);
        }
        if (found == RP_OK) {
            if ((listing = opendir(folders[i])) == NULL)
                found = rp__folder_error(folders[i]);
            else
                closedir(listing);
        }
        if (found == RP_OK) {
            if (had != i)
                memcpy(folders[had], folders[i], RP__PATH);
            had++;
        } else if (code == RP_OK) {
            code = found;
        }
    }
    *count = had;
    return had > 0 ? RP_OK : code;
}

/* ---------------------------------------------------------------- the registry's files */

typedef struct rp__record {
    uint64_t run; /* 0: none */
    uint32_t pid;
    char os_id[RP__ID];
} rp__record;

static int rp__is_segment_id(const char *id) {
    return strncmp(id, "/ringplot-", 10) == 0 && strlen(id) == 26 && strspn(id + 10, "0123456789abcdef") == 16;
}

/* The value of the first line `key=value`. */
static int rp__line(const char *text, const char *key, char *value, size_t room) {
    size_t key_length = strlen(key), length;
    while (*text != 0) {
        length = strcspn(text, "\n");
        if (length > key_length && strncmp(text, key, key_length) == 0 && text[key_length] == '=') {
            length -= key_length + 1;
            if (length >= room)
                return 0;
            memcpy(value, text + key_length + 1, length);
            value[length] = 0;
            return 1;
        }
        text += length + (text[length] == '\n');
    }
    return 0;
}

static int rp__parse_record(const char *text, rp__record *record) {
    char run[17], pid[32];
    unsigned long long number;
    memset(record, 0, sizeof *record);
    if (!rp__is_utf8(text) || !rp__line(text, "run", run, sizeof run) || !rp__line(text, "pid", pid, sizeof pid) ||
        !rp__line(text, "os_id", record->os_id, sizeof record->os_id) || !rp__is_segment_id(record->os_id))
        return 0;
    if (*run == 0 || strspn(run, "0123456789abcdefABCDEF") != strlen(run) || *pid == 0 ||
        strspn(pid, "0123456789") != strlen(pid))
        return 0;
    number = strtoull(pid, NULL, 10);
    record->pid = (uint32_t)number;
    record->run = number <= UINT32_MAX ? strtoull(run, NULL, 16) : 0;
    return record->run != 0;
}

static int rp__read_text(int fd, char text[RP__RECORD + 1]) {
    ssize_t length = pread(fd, text, RP__RECORD, 0);
    if (length < 0)
        return 0;
    text[length] = 0;
    return strlen(text) == (size_t)length || (text[0] = '?', text[1] = 0, 1);
}

/* Opens a regular file for reading: never follows a link, never blocks on a pipe. */
static int rp__open_plain(const char *path) {
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
        close(fd);
        errno = ENXIO;
        return -1;
    }
    return fd;
}

/* Whether a file cannot be opened because there is none, or something that is none. */
static int rp__is_other_file(int error) {
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENXIO;
}

/* The record in a file: 1, 0 where there is none, -1 where nothing can be told. */
static int rp__read_record(const char *path, rp__record *record) {
    char text[RP__RECORD + 1];
    int fd = rp__open_plain(path), found;
    memset(record, 0, sizeof *record);
    if (fd < 0)
        return rp__is_other_file(errno) || errno == EACCES ? 0 : -1;
    found = rp__read_text(fd, text) && rp__parse_record(text, record);
    close(fd);
    return found;
}

static int rp__lock(int fd, int command, struct flock *lock) {
    memset(lock, 0, sizeof *lock);
    lock->l_type = F_WRLCK;
    lock->l_whence = SEEK_SET;
    return fcntl(fd, command, lock);
}

/* Whether a producer holds a lock file: 1, 0, or -1 where nothing can be told. Takes nothing. */
static int rp__is_held(const char *path) {
    struct flock lock;
    int fd = rp__open_plain(path), code;
    if (fd < 0)
        return rp__is_other_file(errno) || errno == EACCES ? 0 : -1;
    code = rp__lock(fd, F_OFD_GETLK, &lock);
    close(fd);
    return code != 0 ? -1 : lock.l_type != F_UNLCK;
}

typedef struct rp__paths {
    rp__path lock;
    rp__path stream;
} rp__paths;

static void rp__paths_of(const char *folder, const char *file, rp__paths *paths) {
    /* A folder's path leaves room for them. */
    (void)rp__print(paths->lock, RP__PATH, "%s/%s.lock", folder, file);
    (void)rp__print(paths->stream, RP__PATH, "%s/%s.stream", folder, file);
}

/* Whether a producer holds the name, and its announcement. Asked before and after: who closes removes the announcement first. */
static rp_code rp__look(const rp__paths *paths, int *is_held, rp__record *record) {
    int held = rp__is_held(paths->lock), found;
    const char *path = paths->lock;
    *is_held = 0;
    memset(record, 0, sizeof *record);
    if (held >= 0) {
        found = rp__read_record(paths->stream, record);
        if (found < 0) {
            held = -1;
            path = paths->stream;
        } else if (held == 0 && found) {
            held = rp__is_held(paths->lock);
        }
    }
    if (held < 0)
        return rp__fail(RP_REGISTRY, "cannot look at a stream: %s: %s", strerror(errno), path);
    *is_held = held;
    return RP_OK;
}

/* The file of a segment's name. */
static void rp__segment_path(const char *os_id, char path[64]) {
    (void)rp__print(path, 64, "/dev/shm%s", os_id);
}

/* Removes the name of a segment of this user's. */
static int rp__unlink_segment(const char *os_id) {
    char path[64];
    struct stat status;
    rp__segment_path(os_id, path);
    if (lstat(path, &status) != 0)
        return errno == ENOENT;
    return status.st_uid != geteuid() || unlink(path) == 0 || errno == ENOENT;
}

static int rp__is_at(int fd, const char *path) {
    struct stat opened, there;
    return fstat(fd, &opened) == 0 && lstat(path, &there) == 0 && opened.st_dev == there.st_dev &&
           opened.st_ino == there.st_ino;
}

/* Lists the streams of a folder: calls `give` with the name of each. */
static rp_code rp__each_name(const char *folder, int (*give)(void *context, const char *folder, const char *name),
                             void *context) {
    DIR *listing = opendir(folder);
    struct dirent *item;
    char name[RP__FILE];
    int go_on = 1;
    if (listing == NULL)
        return rp__folder_error(folder);
    while (go_on && (item = readdir(listing)) != NULL) {
        size_t length = strlen(item->d_name);
        if (length > 5 && strcmp(item->d_name + length - 5, ".lock") == 0 && rp__from_file(item->d_name, length - 5, name))
            go_on = give(context, folder, name);
    }
    closedir(listing);
    return RP_OK;
}

/* ---------------------------------------------------------------- one run of a producer */

/* What a plain push does not touch. */
struct rp__run {
    struct rp__run *next; /* of this process's runs */
    unsigned char *base;
    uint64_t segment_len;
    double *epochs;
    uint64_t capacity;
    uint64_t reserved;
    uint64_t frames;
    uint64_t broken_at; /* position after the last break: there the pen is up; as at the start */
    uint64_t cut;
    uint64_t off_control;
    uint32_t longest; /* frame, in points or bytes */
    int lock;         /* descriptor of the lock file */
    pid_t owner;
    rp__record record;
    rp__paths paths;
};

/* The runs whose lock a forked child must not keep: it would hold a dead producer's name for as long as it lives. */
static struct rp__run *rp__runs = NULL;
static pthread_mutex_t rp__runs_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t rp__forks_once = PTHREAD_ONCE_INIT;
static int rp__null = -1;

static void rp__before_fork(void) {
    pthread_mutex_lock(&rp__runs_mutex);
}

static void rp__in_parent(void) {
    pthread_mutex_unlock(&rp__runs_mutex);
}

static void rp__in_child(void) {
    struct rp__run *run;
    for (run = rp__runs; run != NULL; run = run->next)
        if (run->lock >= 0 && rp__null >= 0) {
            dup2(rp__null, run->lock);
            fcntl(run->lock, F_SETFD, FD_CLOEXEC);
        }
    rp__runs = NULL;
    pthread_mutex_unlock(&rp__runs_mutex);
}

static void rp__handle_forks(void) {
    rp__null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)pthread_atfork(rp__before_fork, rp__in_parent, rp__in_child);
}

/* Opens the lock file, made if it is missing, of a run that is among this process's from now on. */
static int rp__open_lock(struct rp__run *run) {
    pthread_mutex_lock(&rp__runs_mutex);
    run->lock = open(run->paths.lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (run->lock >= 0) {
        run->next = rp__runs;
        rp__runs = run;
    }
    pthread_mutex_unlock(&rp__runs_mutex);
    return run->lock;
}

static void rp__close_lock(struct rp__run *run) {
    struct rp__run **at;
    if (run->lock < 0)
        return;
    pthread_mutex_lock(&rp__runs_mutex);
    for (at = &rp__runs; *at != NULL; at = &(*at)->next)
        if (*at == run) {
            *at = run->next;
            break;
        }
    close(run->lock);
    run->lock = -1;
    pthread_mutex_unlock(&rp__runs_mutex);
}

static rp_code rp__in_use(const char *name, uint32_t pid) {
    char process[32] = "";
    if (pid != 0)
        (void)rp__print(process, sizeof process, " (process %u)", (unsigned)pid);
    return rp__fail(RP_NAME_IN_USE, "a live producer%s already streams as \"%s\": stop it, or choose another name", process,
                    name);
}

static rp_code rp__cannot_register(const char *path) {
    return rp__fail(RP_REGISTRY, "cannot register the stream: %s: %s", strerror(errno), path);
}

/* Holds the lock file of the run, and not one that somebody removed meanwhile. */
static rp_code rp__take_lock(struct rp__run *run, const char *name) {
    double begun = rp__seconds();
    rp__record record;
    struct flock lock;
    for (;;) {
        if (rp__open_lock(run) < 0)
            return rp__cannot_register(run->paths.lock);
        if (rp__lock(run->lock, F_OFD_SETLK, &lock) == 0) {
            if (rp__is_at(run->lock, run->paths.lock))
                return RP_OK;
        } else if (errno != EAGAIN && errno != EACCES) {
            return rp__cannot_register(run->paths.lock);
        } else if (rp__seconds() - begun > 0.2) {
            /* Longer than anybody takes who only removes it. */
            (void)rp__read_record(run->paths.lock, &record);
            rp__close_lock(run);
            return rp__in_use(name, record.pid);
        } else {
            rp__sleep(0.005);
        }
        rp__close_lock(run);
    }
}

typedef struct rp__search {
    const rp__record *record;
    const char *lock;
    int found;
} rp__search;

static int rp__has_segment(void *context, const char *folder, const char *name) {
    rp__search *search = (rp__search *)context;
    rp__paths paths;
    rp__record record;
    char file[RP__FILE];
    if (rp__to_file(name, file)) {
        rp__paths_of(folder, file, &paths);
        search->found = strcmp(paths.lock, search->lock) != 0 && rp__is_held(paths.lock) == 1 &&
                        rp__read_record(paths.lock, &record) == 1 && strcmp(record.os_id, search->record->os_id) == 0;
    }
    return !search->found;
}

/* Whether a live stream of another name has the segment: files can be copied, and a copy must not take it away. */
static int rp__is_of_another(const rp__record *record, const char *lock) {
    rp__path folders[2];
    rp__search search;
    int count = 0, i;
    search.record = record;
    search.lock = lock;
    search.found = 0;
    if (rp__existing_folders(folders, &count) == RP_OK)
        for (i = 0; i < count && !search.found; i++)
            (void)rp__each_name(folders[i], rp__has_segment, &search);
    return search.found;
}

/* Claims the name, and removes what a dead predecessor left. */
static rp_code rp__claim(struct rp__run *run, const char *name) {
    char text[RP__RECORD + 1], temporary[RP__PATH + 8];
    rp__record records[2];
    int found[2], i, is_kept = 0;
    rp_code code = rp__take_lock(run, name);
    if (code != RP_OK) {
        rp__close_lock(run);
        return code;
    }
    if (!rp__read_text(run->lock, text)) {
        code = rp__cannot_register(run->paths.lock);
    } else if (*text != 0 && strcmp(text, "dead=seen\n") != 0 && !rp__parse_record(text, &records[0])) {
        errno = EEXIST;
        code = rp__fail(RP_REGISTRY, "cannot register the stream: a file of another program is in the way: %s",
                        run->paths.lock);
    }
    if (code != RP_OK) {
        rp__close_lock(run);
        return code;
    }
    found[0] = rp__parse_record(text, &records[0]);
    found[1] = rp__read_record(run->paths.stream, &records[1]) == 1;
    for (i = 0; i < 2; i++)
        if (found[i] && !rp__is_of_another(&records[i], run->paths.lock))
            is_kept |= !rp__unlink_segment(records[i].os_id);
    if (!is_kept) {
        (void)unlink(run->paths.stream);
        (void)rp__print(temporary, sizeof temporary, "%s.tmp", run->paths.stream);
        (void)unlink(temporary);
    }
    return RP_OK;
}

static int rp__write_record(int fd, const rp__record *record) {
    char text[128];
    size_t length;
    (void)rp__print(text, sizeof text, "run=%016llx\nos_id=%s\npid=%010u\n", (unsigned long long)record->run, record->os_id,
                    (unsigned)record->pid);
    length = strlen(text);
    return pwrite(fd, text, length, 0) == (ssize_t)length && ftruncate(fd, (off_t)length) == 0;
}

/* Announces the stream, whole or not at all. */
static int rp__announce(const struct rp__run *run) {
    char temporary[RP__PATH + 8];
    int fd, is_written;
    (void)rp__print(temporary, sizeof temporary, "%s.tmp", run->paths.stream);
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0)
        return 0;
    is_written = rp__write_record(fd, &run->record);
    close(fd);
    if (is_written && rename(temporary, run->paths.stream) == 0)
        return 1;
    (void)unlink(temporary);
    return 0;
}

/* Removes segment, announcement and lock file, and lets go of the name. Files that are no longer ours are left alone. */
static void rp__remove(struct rp__run *run) {
    (void)rp__unlink_segment(run->record.os_id);
    if (rp__is_at(run->lock, run->paths.lock)) {
        (void)unlink(run->paths.stream);
        (void)unlink(run->paths.lock);
    }
    rp__close_lock(run);
}

/* Makes every page present, never by touching: a page that is not to be had is a SIGBUS then. */
static int rp__populate(void *base, size_t length, int fd) {
    int code;
    if (madvise(base, length, MADV_POPULATE_WRITE) == 0)
        return 0;
    if (errno != EINVAL)
        return errno;
    /* Linux before 5.14. */
    do {
        code = posix_fallocate(fd, 0, (off_t)length);
    } while (code == EINTR);
    return code;
}

/* Creates the segment, zeroed, with every page present, and maps it. */
static rp_code rp__create_segment(struct rp__run *run) {
    struct statvfs space;
    unsigned long long wanted = run->segment_len, all = 0, left = 0;
    char path[64];
    int fd, error = 0;
    void *base = MAP_FAILED;
    if (statvfs("/dev/shm", &space) == 0) {
        left = (unsigned long long)space.f_bavail * space.f_frsize;
        all = (unsigned long long)space.f_blocks * space.f_frsize;
        if (wanted > left)
            error = ENOSPC;
    }
    if (error == 0) {
        rp__segment_path(run->record.os_id, path);
        fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0) {
            error = errno;
        } else {
            if (ftruncate(fd, (off_t)wanted) != 0)
                error = errno;
            if (error == 0 && (base = mmap(NULL, wanted, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED)
                error = errno;
            if (error == 0)
                error = rp__populate(base, wanted, fd);
            if (error != 0 && base != MAP_FAILED)
                munmap(base, wanted);
            close(fd);
        }
    }
    if (error == ENOSPC || error == EFAULT || error == ENOMEM)
        return rp__fail(RP_NO_SPACE,
                        "/dev/shm is too small: the stream wants %llu bytes and %llu of %llu are free; choose a smaller "
                        "capacity, or enlarge it (mount -o remount,size=... /dev/shm; docker run --shm-size=...)",
                        wanted, left, all);
    if (error != 0)
        return rp__fail(RP_SYSTEM, "cannot create shared memory of %llu bytes: %s", wanted, strerror(error));
    run->base = (unsigned char *)base;
    return RP_OK;
}

static rp__counter *rp__counter_at(unsigned char *base, uint64_t offset) {
    return (rp__counter *)(void *)(base + offset);
}

/* ---------------------------------------------------------------- metadata */

typedef struct rp__meta_text {
    char *bytes; /* of RP_MAX_META + 1 */
    size_t length;
    int is_full;
} rp__meta_text;

static void rp__meta_line(rp__meta_text *meta, const char *key, const char *value) {
    size_t begin, i;
    if (value == NULL || *value == 0)
        return;
    begin = meta->length + strlen(key) + 1;
    if (!rp__print(meta->bytes + meta->length, RP_MAX_META + 1 - meta->length, "%s=%s\n", key, value)) {
        meta->is_full = 1;
        return;
    }
    meta->length += strlen(meta->bytes + meta->length);
    /* Line ends inside a value cannot forge a key. */
    for (i = begin; i + 1 < meta->length; i++) {
        unsigned char byte = (unsigned char)meta->bytes[i], next = (unsigned char)meta->bytes[i + 1];
        if (byte < 0x20 || byte == 0x7F)
            meta->bytes[i] = ' ';
        else if (byte == 0xC2 && next >= 0x80 && next < 0xA0)
            meta->bytes[i] = meta->bytes[i + 1] = ' ';
    }
}

/* The shortest decimal that reads back as the same number, of at most `most` digits. */
static void rp__decimal(char to[64], double value, int most, int is_float) {
    int digits;
    for (digits = 1; digits <= most; digits++) {
        double back;
        (void)rp__print(to, 64, "%.*g", digits, value);
        back = strtod(to, NULL);
        if (is_float ? (float)back == (float)value : !(back < value) && !(back > value))
            return;
    }
}

static rp_code rp__write_meta(rp__meta_text *meta, const char *name, const rp_options *options) {
    static const char *const styles[] = {"line", "points", "step-pre",    "step-mid", "step-post", "area",
                                         "stem", "band",   "persistence", "fading",   "waterfall"};
    const char *colour = options->colour;
    char number[64], range[160];
    locale_t made, before;
    const char *const texts[] = {options->label, options->group, options->x_unit, options->y_unit};
    size_t i;
    if (colour != NULL && *colour != 0 &&
        (*colour != '#' || strlen(colour) != 7 || strspn(colour + 1, "0123456789abcdefABCDEF") != 6))
        return rp__fail(RP_BAD_OPTION, "bad colour \"%.32s\": it must be written as #rrggbb", colour);
    if ((unsigned)options->style > RP_WATERFALL)
        return rp__fail(RP_BAD_OPTION, "bad style %d: it must be one of rp_style", (int)options->style);
    if ((unsigned)options->clock > RP_WALL_SINCE)
        return rp__fail(RP_BAD_OPTION, "bad clock %d: it must be one of rp_clock", (int)options->clock);
    if (!rp__is_finite(options->y_offset))
        return rp__fail(RP_BAD_OPTION, "the y offset must be finite, not %g: y are differences to it", options->y_offset);
    if (!rp__is_finite(options->rate_hint) || options->rate_hint < 0)
        return rp__fail(RP_BAD_OPTION, "the rate hint must be finite and not negative, not %g points a second",
                        options->rate_hint);
    if (!rp__is_finite((double)options->y_low) || !rp__is_finite((double)options->y_high) ||
        options->y_low > options->y_high)
        return rp__fail(RP_BAD_OPTION, "bad range of y from %g to %g: it must be finite, and the lower end first",
                        (double)options->y_low, (double)options->y_high);
    for (i = 0; i < 4; i++)
        if (texts[i] != NULL && !rp__is_utf8(texts[i]))
            return rp__fail(RP_BAD_OPTION, "label, group and units must be UTF-8");
    rp__meta_line(meta, "name", name);
    rp__meta_line(meta, "label", options->label);
    rp__meta_line(meta, "group", options->group);
    rp__meta_line(meta, "x_unit", options->x_unit);
    rp__meta_line(meta, "y_unit", options->y_unit);
    rp__meta_line(meta, "colour", colour);
    rp__meta_line(meta, "style", styles[options->style]);
    before = rp__enter_c_locale(&made);
    if (options->rate_hint > 0) {
        rp__decimal(number, options->rate_hint, 17, 0);
        rp__meta_line(meta, "rate_hint", number);
    }
    if (options->y_offset < 0 || options->y_offset > 0) {
        rp__decimal(number, options->y_offset, 17, 0);
        rp__meta_line(meta, "y_offset", number);
    }
    if (options->y_low < options->y_high) {
        rp__decimal(range, (double)options->y_low, 9, 1);
        rp__decimal(number, (double)options->y_high, 9, 1);
        (void)rp__print(range + strlen(range), sizeof range - strlen(range), ",%s", number);
        rp__meta_line(meta, "y_range", range);
    }
    rp__leave_c_locale(made, before);
    rp__meta_line(meta, "clock", options->clock == RP_SIMULATION ? "simulation" : "wall");
    (void)rp__print(number, sizeof number, "%d", (int)options->order);
    rp__meta_line(meta, "order", number);
    if (meta->is_full)
        return rp__fail(RP_META_TOO_LONG,
                        "the stream's metadata takes more than the %d bytes that fit: shorten the label or the units",
                        (int)RP_MAX_META);
    return RP_OK;
}

/* ---------------------------------------------------------------- create */

static uint64_t rp__power_of_two_from(uint64_t value) {
    uint64_t power = 1;
    while (power < value)
        power <<= 1;
    return power;
}

/* Points of a ring for which no capacity is asked; a rate of 0 is unknown. */
static uint64_t rp__default_capacity(double rate) {
    const uint64_t least = 1u << 14, most = 1u << 20;
    uint64_t by_memory = most, by_rate = most;
    struct statvfs space;
    if (statvfs("/dev/shm", &space) == 0) {
        uint64_t share = (uint64_t)space.f_bavail * space.f_frsize / 32, besides = 64u << 10;
        share = share > besides ? (share - besides) / 8 : 1;
        by_memory = 1;
        while (by_memory <= share / 2)
            by_memory <<= 1;
    }
    if (rate > 0 && rate * 4.0 < (double)most)
        by_rate = rp__power_of_two_from((uint64_t)(rate * 4.0));
    by_memory = by_memory < by_rate ? by_memory : by_rate;
    return by_memory < least ? least : by_memory > most ? most : by_memory;
}

static uint64_t rp__round_up(uint64_t value, uint64_t to) {
    return (value + to - 1) / to * to;
}

static int rp__detect_copier(void) {
#if RP__X86
    unsigned a, b, c, d;
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx"))
        return RP__SSE2;
    /* Enhanced `rep movsb`. */
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 9) ? RP__STRINGS : RP__AVX;
#else
    return RP__WORDS;
#endif
}

/* What a kind of stream asks for. */
typedef struct rp__wish {
    rp_kind kind;
    uint64_t least_capacity;
    uint64_t default_capacity; /* 0: by memory and rate */
    uint32_t longest;
    double t0, rate;
} rp__wish;

static rp_code rp__capacity(const rp_options *options, const rp__wish *wish, uint64_t *capacity) {
    uint64_t asked = options->capacity;
    if (asked == 0)
        asked = wish->default_capacity;
    if (asked == 0)
        asked = rp__default_capacity(wish->kind == RP_UNIFORM ? wish->rate
                                     : wish->kind == RP_SNAPSHOT ? 0.0
                                                                 : options->rate_hint);
    if ((asked & (asked - 1)) != 0 || asked < 1u << 10 || asked > (uint64_t)1 << 32) {
        uint64_t nearest = asked < 1u << 10 ? 1u << 10 : asked > (uint64_t)1 << 32 ? (uint64_t)1 << 32 : asked;
        return rp__fail(RP_BAD_CAPACITY,
                        "bad capacity %llu: it must be a power of two from 1024 to 4294967296 points; %llu would do",
                        (unsigned long long)asked, (unsigned long long)rp__power_of_two_from(nearest));
    }
    *capacity = asked < wish->least_capacity ? wish->least_capacity : asked;
    return RP_OK;
}

/* Writes metadata, header and state, and the magic last. */
static void rp__write_header(struct rp__run *run, const rp_options *options, const rp__wish *wish, const rp__meta_text *meta,
                             uint64_t off_points) {
    rp_header header;
    uint64_t words[sizeof header / 8], magic;
    size_t i;
    memset(&header, 0, sizeof header);
    memcpy(&magic, "RINGPLOT", 8);
    header.major = 2;
    header.header_len = sizeof header;
    header.segment_len = run->segment_len;
    header.endian = 0x01020304;
    header.point_format = 1;
    header.run_id = run->record.run;
    header.origin_unix_ns =
        options->clock == RP_WALL_SINCE ? options->origin_unix_ns : (int64_t)rp__nanos(CLOCK_REALTIME);
    header.created_mono_ns = rp__nanos(CLOCK_MONOTONIC);
    header.producer_pid = run->record.pid;
    header.x_mode = wish->kind == RP_TIMED ? 1 : wish->kind == RP_UNIFORM ? 2 : 0;
    header.producer_start_time = rp__start_time(run->record.pid);
    header.log2_capacity = (uint32_t)__builtin_ctzll(run->capacity);
    header.log2_block = 8;
    header.max_frame_len = run->longest;
    header.stream_kind = wish->kind == RP_SNAPSHOT ? 1 : wish->kind == RP_EVENTS ? 2 : 0;
    header.off_epochs = (uint64_t)((unsigned char *)run->epochs - run->base);
    header.off_points = off_points;
    header.off_control = run->off_control;
    header.off_meta = RP_OFF_META;
    header.len_meta = (uint32_t)meta->length;
    header.t0 = wish->t0;
    header.rate = wish->rate;
    header.crc32 = rp__checksum(&header, (const unsigned char *)meta->bytes, meta->length);
    memcpy(run->base + RP_OFF_META, meta->bytes, meta->length);
    memcpy(words, &header, sizeof words);
    for (i = 1; i < sizeof words / 8; i++)
        __atomic_store_n(rp__counter_at(run->base, 8 * i), words[i], __ATOMIC_RELAXED);
    __atomic_store_n(rp__counter_at(run->base, RP_OFF_STATE), RP_STATE_LIVE, __ATOMIC_RELAXED);
    /* Release: who sees the magic sees the header. */
    __atomic_store_n(rp__counter_at(run->base, 0), magic, __ATOMIC_RELEASE);
}

/* In this order, which lets a successor find whatever a kill leaves: lock, record, segment, magic, announcement. */
static rp_code rp__begin(struct rp__run *run, rp_producer *p, const char *name, const rp_options *options,
                         const rp__wish *wish, rp__meta_text *meta) {
    char file[RP__FILE];
    rp__path folder, folders[2];
    uint64_t page = rp__page_size(), off_epochs, off_points;
    int count = 0, i;
    rp_code code;
    if ((name = rp__checked_name(name, file)) == NULL)
        return RP_BAD_NAME;
    if ((code = rp__capacity(options, wish, &run->capacity)) != RP_OK ||
        (code = rp__write_meta(meta, name, options)) != RP_OK || (code = rp__folder_for_producer(folder)) != RP_OK ||
        (code = rp__existing_folders(folders, &count)) != RP_OK)
        return code;
    rp__paths_of(folder, file, &run->paths);
    for (i = 0; i < count; i++) {
        rp__paths other;
        rp__record record;
        int is_held;
        if (strcmp(folders[i], folder) == 0)
            continue;
        rp__paths_of(folders[i], file, &other);
        if ((code = rp__look(&other, &is_held, &record)) != RP_OK)
            return code;
        if (is_held)
            return rp__in_use(name, record.pid);
    }
    run->longest = wish->longest;
    off_epochs = rp__round_up(RP_OFF_META + meta->length, 128);
    off_points = rp__round_up(off_epochs + run->capacity / RP_BLOCK * 8, 128);
    run->off_control = rp__round_up(off_points + run->capacity * 8, page);
    run->segment_len = run->off_control + page;
    if ((code = rp__claim(run, name)) != RP_OK)
        return code;
    run->owner = getpid();
    run->record.run = rp__random();
    run->record.pid = (uint32_t)run->owner;
    (void)rp__print(run->record.os_id, sizeof run->record.os_id, "/ringplot-%016llx", (unsigned long long)rp__random());
    if (!rp__write_record(run->lock, &run->record)) {
        code = rp__cannot_register(run->paths.lock);
        rp__remove(run);
        return code;
    }
    if ((code = rp__create_segment(run)) != RP_OK) {
        rp__remove(run);
        return code;
    }
    run->epochs = (double *)(void *)(run->base + off_epochs);
    p->slots = (rp_point *)(void *)(run->base + off_points);
    p->mask = run->capacity - 1;
    p->write_position = rp__counter_at(run->base, RP_OFF_WRITE_POSITION);
    p->copier = rp__detect_copier();
    p->run = run;
    rp__write_header(run, options, wish, meta, off_points);
    if (!rp__announce(run)) {
        code = rp__cannot_register(run->paths.stream);
        munmap(run->base, run->segment_len);
        rp__remove(run);
    }
    return code;
}

static rp_code rp__create(const char *name, const rp_options *options, const rp__wish *wish, void **producer) {
    rp_options usual;
    rp__meta_text meta;
    struct rp__run *run = (struct rp__run *)calloc(1, sizeof *run);
    rp_producer *p = (rp_producer *)calloc(1, sizeof *p);
    rp_code code;
    memset(&usual, 0, sizeof usual);
    memset(&meta, 0, sizeof meta);
    meta.bytes = (char *)calloc(1, RP_MAX_META + 1);
    *producer = NULL;
    (void)pthread_once(&rp__forks_once, rp__handle_forks);
    if (run == NULL || p == NULL || meta.bytes == NULL) {
        code = rp__fail(RP_NO_MEMORY, "no memory for a stream's description");
    } else {
        run->lock = -1;
        code = rp__begin(run, p, name, options == NULL ? &usual : options, wish, &meta);
    }
    free(meta.bytes);
    if (code == RP_OK) {
        *producer = p;
    } else {
        free(run);
        free(p);
    }
    return code;
}

static rp_code rp__create_points(const char *name, const rp_options *options, rp_kind kind, double t0, double rate,
                                 void **producer) {
    rp__wish wish;
    memset(&wish, 0, sizeof wish);
    wish.kind = kind;
    wish.t0 = t0;
    wish.rate = rate;
    return rp__create(name, options, &wish, producer);
}

rp_code rp_timed_create(const char *name, const rp_options *options, rp_timed **producer) {
    void *made;
    rp_code code = rp__create_points(name, options, RP_TIMED, 0, 0, &made);
    *producer = (rp_timed *)made;
    return code;
}

rp_code rp_uniform_create(const char *name, const rp_options *options, double t0, double rate, rp_uniform **producer) {
    void *made = NULL;
    rp_code code = RP_BAD_RATE;
    if (rp__is_finite(t0) && rp__is_finite(rate) && rate > 0)
        code = rp__create_points(name, options, RP_UNIFORM, t0, rate, &made);
    else
        (void)rp__fail(code,
                       "a uniform stream needs a finite t0 and a positive, finite rate in samples a second, not t0 %g and "
                       "rate %g",
                       t0, rate);
    *producer = (rp_uniform *)made;
    return code;
}

rp_code rp_xy_create(const char *name, const rp_options *options, rp_xy **producer) {
    void *made;
    rp_code code = rp__create_points(name, options, RP_XY, 0, 0, &made);
    *producer = (rp_xy *)made;
    return code;
}

rp_code rp_snapshot_create(const char *name, const rp_options *options, uint32_t longest, rp_snapshot **producer) {
    rp__wish wish;
    void *made = NULL;
    rp_code code = RP_BAD_FRAME_LENGTH;
    memset(&wish, 0, sizeof wish);
    wish.kind = RP_SNAPSHOT;
    wish.longest = longest;
    wish.least_capacity = rp__power_of_two_from(((uint64_t)longest + RP_TRAILER) * 4);
    if (longest > 0 && wish.least_capacity <= (uint64_t)1 << 32)
        code = rp__create(name, options, &wish, &made);
    else
        (void)rp__fail(code, "bad longest frame of %u points: it must be from 1 to 1073741822", (unsigned)longest);
    *producer = (rp_snapshot *)made;
    return code;
}

rp_code rp_events_create(const char *name, const rp_options *options, rp_events **producer) {
    rp__wish wish;
    void *made;
    rp_code code;
    memset(&wish, 0, sizeof wish);
    wish.kind = RP_EVENTS;
    wish.longest = RP_MAX_EVENT;
    wish.least_capacity = rp__power_of_two_from(RP_MAX_EVENT / 8 + RP_TRAILER) * 4;
    wish.default_capacity = 1u << 14;
    code = rp__create(name, options, &wish, &made);
    *producer = (rp_events *)made;
    return code;
}

/* ---------------------------------------------------------------- pushes that are not inline */

/* Announces that positions up to the end of the block of position + count - 1 may be written from now on. Whole blocks: an
   epoch is overwritten for its block at once. */
static void rp__reserve(struct rp__run *run, uint64_t position, uint64_t count) {
    uint64_t end = (position + count + RP_BLOCK - 1) / RP_BLOCK * RP_BLOCK;
    if (end > run->reserved)
        run->reserved = end;
    __atomic_store_n(rp__counter_at(run->base, RP_OFF_RESERVED_POSITION), run->reserved, __ATOMIC_RELAXED);
    /* Release: who reads a slot or an epoch stored after this sees the reservation. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

static void rp__store_epoch(struct rp__run *run, uint64_t position, double epoch) {
    uint64_t bits;
    memcpy(&bits, &epoch, 8);
    __atomic_store_n((rp__word *)(void *)&run->epochs[(position & (run->capacity - 1)) / RP_BLOCK], bits, __ATOMIC_RELAXED);
}

__attribute__((cold, noinline)) double rp__open_block(struct rp__run *run, uint64_t position, double t, double before) {
    double epoch = rp__is_finite(t) ? t : before;
    rp__reserve(run, position, 1);
    rp__store_epoch(run, position, epoch);
    return epoch;
}

static void rp__publish(rp_producer *p, uint64_t end) {
    p->position = end;
    /* Release: who sees the position sees the points before it. */
    __atomic_store_n(p->write_position, end, __ATOMIC_RELEASE);
}

static void rp__store_slot(rp_producer *p, uint64_t position, uint64_t word) {
    __atomic_store_n((rp__word *)(void *)&p->slots[position & p->mask], word, __ATOMIC_RELAXED);
}

/* How many of `count` slots from a position on lie together. */
static size_t rp__together(const rp_producer *p, uint64_t position, size_t count) {
    uint64_t room = p->mask + 1 - (position & p->mask);
    return count < room ? count : (size_t)room;
}

static void rp__copy_points(rp_producer *p, uint64_t position, const rp_point *points, size_t count) {
    size_t head = rp__together(p, position, count);
    rp__copy(p->copier, &p->slots[position & p->mask], points, head);
    if (head < count)
        rp__copy(p->copier, p->slots, points + head, count - head);
}

static size_t rp__chunk(const rp_producer *p, size_t count) {
    uint64_t most = (p->mask + 1) / 4;
    return count < most ? count : (size_t)most;
}

__attribute__((noinline)) void rp__push_points(rp_xy *producer, const rp_point *points, size_t count) {
    rp_producer *p = &producer->base;
    while (count > 0) {
        size_t chunk = rp__chunk(p, count);
        rp__reserve(p->run, p->position, chunk);
        rp__copy_points(p, p->position, points, chunk);
        rp__publish(p, p->position + chunk);
        points += chunk;
        count -= chunk;
    }
}

static uint64_t rp__word_of(float x, float y) {
    rp_point point;
    uint64_t word;
    point.x = x;
    point.y = y;
    memcpy(&word, &point, 8);
    return word;
}

/* Stores (0, y[i]) into slots that lie together. */
static void rp__store_values(rp_point *to, const float *y, size_t count) {
    size_t i = 0;
#if RP__X86
    size_t turns = count / 4 * 4;
    if (turns > 0)
        __asm__ __volatile__("xorps %%xmm3, %%xmm3\n\t.p2align 4\n2:\n\t"
                             "movups (%[from],%[at],4), %%xmm0\n\tmovaps %%xmm3, %%xmm1\n\tunpcklps %%xmm0, %%xmm1\n\t"
                             "movaps %%xmm3, %%xmm2\n\tunpckhps %%xmm0, %%xmm2\n\t"
                             "movups %%xmm1, (%[to],%[at],8)\n\tmovups %%xmm2, 16(%[to],%[at],8)\n\t"
                             "add $4, %[at]\n\tcmp %[turns], %[at]\n\tjb 2b"
                             : [at] "+r"(i)
                             : [from] "r"(y), [to] "r"(to), [turns] "r"(turns)
                             : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3");
#endif
    for (; i < count; i++)
        __atomic_store_n((rp__word *)(void *)&to[i], rp__word_of(0.0f, y[i]), __ATOMIC_RELAXED);
}

/* Stores (t[i] - epoch, y[i]) into slots that lie together. */
static void rp__store_times(rp_point *to, const double *t, const float *y, size_t count, double epoch) {
    size_t i = 0;
#if RP__X86
    size_t turns = count / 4 * 4;
    if (turns > 0)
        __asm__ __volatile__("movapd %[epoch], %%xmm3\n\tunpcklpd %%xmm3, %%xmm3\n\t.p2align 4\n2:\n\t"
                             "movupd (%[t],%[at],8), %%xmm0\n\tmovupd 16(%[t],%[at],8), %%xmm1\n\t"
                             "subpd %%xmm3, %%xmm0\n\tsubpd %%xmm3, %%xmm1\n\t"
                             "cvtpd2ps %%xmm0, %%xmm0\n\tcvtpd2ps %%xmm1, %%xmm1\n\t"
                             "movq (%[y],%[at],4), %%xmm2\n\tunpcklps %%xmm2, %%xmm0\n\t"
                             "movq 8(%[y],%[at],4), %%xmm2\n\tunpcklps %%xmm2, %%xmm1\n\t"
                             "movups %%xmm0, (%[to],%[at],8)\n\tmovups %%xmm1, 16(%[to],%[at],8)\n\t"
                             "add $4, %[at]\n\tcmp %[turns], %[at]\n\tjb 2b"
                             : [at] "+r"(i)
                             : [t] "r"(t), [y] "r"(y), [to] "r"(to), [turns] "r"(turns), [epoch] "x"(epoch)
                             : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3");
#endif
    for (; i < count; i++) {
        uint64_t word = rp__word_of((float)(t[i] - epoch), y[i]);
        __asm__("" : "+r"(word)); /* As in rp__put. */
        __atomic_store_n((rp__word *)(void *)&to[i], word, __ATOMIC_RELAXED);
    }
}

void rp_timed_push_slice(rp_timed *producer, const double *t, const float *y, size_t count) {
    rp_producer *p = &producer->base;
    while (count > 0) {
        size_t chunk = rp__chunk(p, count), done = 0;
        rp__reserve(p->run, p->position, chunk);
        while (done < chunk) {
            uint64_t at = p->position + done;
            size_t part = (size_t)(RP_BLOCK - at % RP_BLOCK);
            part = part < chunk - done ? part : chunk - done;
            if (at % RP_BLOCK == 0) {
                p->epoch = rp__is_finite(t[done]) ? t[done] : p->epoch;
                rp__store_epoch(p->run, at, p->epoch);
            }
            /* A block never straddles the end of the ring. */
            rp__store_times(&p->slots[at & p->mask], t + done, y + done, part, p->epoch);
            done += part;
        }
        rp__publish(p, p->position + chunk);
        t += chunk;
        y += chunk;
        count -= chunk;
    }
}

void rp_uniform_push_slice(rp_uniform *producer, const float *y, size_t count) {
    rp_producer *p = &producer->base;
    while (count > 0) {
        size_t chunk = rp__chunk(p, count), head = rp__together(p, p->position, chunk);
        rp__reserve(p->run, p->position, chunk);
        rp__store_values(&p->slots[p->position & p->mask], y, head);
        rp__store_values(p->slots, y + head, chunk - head);
        rp__publish(p, p->position + chunk);
        y += chunk;
        count -= chunk;
    }
}

/* Two quiet NaN, also where the compiler was told that there are none. */
#define RP__PEN_UP ((uint64_t)0x7FC000007FC00000u)

void rp_timed_break(rp_timed *producer) {
    rp_producer *p = &producer->base;
    uint64_t end = (p->position + RP_BLOCK) / RP_BLOCK * RP_BLOCK, at;
    if (p->position == p->run->broken_at)
        return;
    rp__reserve(p->run, p->position, end - p->position);
    if (p->position % RP_BLOCK == 0)
        rp__store_epoch(p->run, p->position, p->epoch);
    for (at = p->position; at < end; at++)
        rp__store_slot(p, at, RP__PEN_UP);
    rp__publish(p, end);
    p->run->broken_at = end;
}

/* Publishes one word. */
static void rp__push_word(rp_producer *p, uint64_t word) {
    if (p->position % RP_BLOCK == 0)
        (void)rp__open_block(p->run, p->position, 0.0, 0.0);
    rp__store_slot(p, p->position, word);
    rp__publish(p, p->position + 1);
}

void rp_uniform_break(rp_uniform *producer) {
    rp__push_word(&producer->base, RP__PEN_UP & ~(uint64_t)UINT32_MAX);
}

void rp_xy_break(rp_xy *producer) {
    rp_producer *p = &producer->base;
    if (p->position == p->run->broken_at)
        return;
    rp__push_word(p, RP__PEN_UP);
    p->run->broken_at = p->position;
}

/* Publishes a frame whose payload of `slots` slots is stored and reserved. */
static void rp__end_frame(rp_producer *p, double t, uint32_t length, uint64_t slots) {
    struct rp__run *run = p->run;
    uint64_t bits;
    memcpy(&bits, &t, 8);
    rp__store_slot(p, p->position + slots, (uint64_t)length | run->frames << 32);
    rp__store_slot(p, p->position + slots + 1, bits);
    rp__publish(p, p->position + slots + RP_TRAILER);
    run->frames++;
    __atomic_store_n(rp__counter_at(run->base, RP_OFF_FRAME_COUNT), run->frames, __ATOMIC_RELAXED);
    /* Release: who sees the end sees frame and count. */
    __atomic_store_n(rp__counter_at(run->base, RP_OFF_NEWEST_FRAME), p->position, __ATOMIC_RELEASE);
}

void rp_snapshot_update(rp_snapshot *producer, double t, const rp_point *curve, size_t count) {
    rp_producer *p = &producer->base;
    uint32_t length = count > p->run->longest ? p->run->longest : (uint32_t)count;
    p->run->cut += length < count;
    rp__reserve(p->run, p->position, (uint64_t)length + RP_TRAILER);
    rp__copy_points(p, p->position, curve, length);
    rp__end_frame(p, t, length, length);
}

void rp_events_emit_bytes(rp_events *producer, double t, const char *text, size_t count) {
    rp_producer *p = &producer->base;
    size_t length = count, i;
    if (count > p->run->longest) {
        /* At the border of a character. */
        for (length = p->run->longest; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80; length--) {
        }
        p->run->cut++;
    }
    rp__reserve(p->run, p->position, (length + 7) / 8 + RP_TRAILER);
    for (i = 0; i < length; i += 8) {
        uint64_t word = 0;
        memcpy(&word, text + i, length - i < 8 ? length - i : 8);
        rp__store_slot(p, p->position + i / 8, word);
    }
    rp__end_frame(p, t, (uint32_t)length, (length + 7) / 8);
}

void rp_events_emit(rp_events *producer, double t, const char *text) {
    rp_events_emit_bytes(producer, t, text, strlen(text));
}

void rp_clear(rp_producer *p) {
    /* Release: who sees the mark sees the position. */
    __atomic_store_n(rp__counter_at(p->run->base, RP_OFF_CLEARED_BEFORE), p->position, __ATOMIC_RELEASE);
}

uint64_t rp_produced(const rp_producer *p) {
    return p->run->longest > 0 ? p->run->frames : p->position;
}

uint64_t rp_cut(const rp_producer *p) {
    return p->run->cut;
}

uint64_t rp_producer_capacity(const rp_producer *p) {
    return p->run->capacity;
}

int rp_wait_for_viewer(const rp_producer *p, double seconds) {
    double begun = rp__seconds();
    for (;;) {
        if (__atomic_load_n(p->run->base + p->run->off_control, __ATOMIC_ACQUIRE) == 1)
            return 1;
        if (rp__seconds() - begun >= seconds)
            return 0;
        rp__sleep(0.001);
    }
}

/* Single pushes for languages that cannot compile this header. */
void rp_timed_push_(rp_timed *producer, double t, float y);
void rp_uniform_push_(rp_uniform *producer, float y);
void rp_xy_push_(rp_xy *producer, float x, float y);
void rp_xy_push_slice_(rp_xy *producer, const rp_point *points, size_t count);

void rp_timed_push_(rp_timed *producer, double t, float y) {
    rp_timed_push(producer, t, y);
}

void rp_uniform_push_(rp_uniform *producer, float y) {
    rp_uniform_push(producer, y);
}

void rp_xy_push_(rp_xy *producer, float x, float y) {
    rp_xy_push(producer, x, y);
}

void rp_xy_push_slice_(rp_xy *producer, const rp_point *points, size_t count) {
    rp_xy_push_slice(producer, points, count);
}

/* ---------------------------------------------------------------- the window, and the end of a stream */

/* The one viewer of this program. */
static struct {
    pid_t pid;
    uint64_t start;
    pid_t owner;
    double patience; /* until when the ends of streams wait for it, all of them together; 0: not yet */
} rp__viewer;
static pthread_mutex_t rp__viewer_mutex = PTHREAD_MUTEX_INITIALIZER;

static int rp__is_viewer_running(void) {
    return rp__viewer.pid > 0 && rp__viewer.owner == getpid() &&
           rp__is_process((uint32_t)rp__viewer.pid, rp__viewer.start);
}

static int rp__is_set(const char *variable) {
    const char *value = getenv(variable);
    return value != NULL && *value != 0;
}

static int rp__is_program(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* The ringplot program: RINGPLOT_BIN, beside this program, one folder up, in PATH. */
static int rp__find_viewer(rp__path program) {
    const char *at = getenv("PATH");
    rp__path own;
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    int up;
    if (rp__is_set("RINGPLOT_BIN"))
        return rp__print(program, RP__PATH, "%s", getenv("RINGPLOT_BIN"));
    if (length > 0) {
        own[length] = 0;
        for (up = 0; up < 2; up++) {
            char *slash = strrchr(own, '/');
            if (slash == NULL)
                break;
            *slash = 0;
            if (rp__print(program, RP__PATH, "%s/ringplot", own) && rp__is_program(program))
                return 1;
        }
    }
    while (at != NULL) {
        size_t part = strcspn(at, ":");
        if (part < RP__PATH && rp__print(program, RP__PATH, "%.*s/ringplot", (int)part, at) && rp__is_program(program))
            return 1;
        at = at[part] == 0 ? NULL : at + part + 1;
    }
    return 0;
}

/* In the child: starts the program in a session of its own, without a terminal, as nobody's child, and tells its process or
   the error. Only calls that are allowed between fork and exec. */
__attribute__((noreturn)) static void rp__exec_viewer(int tell, char *const *arguments) {
    int null = open("/dev/null", O_RDWR), told[2];
    sigset_t none;
    (void)setsid();
    told[0] = fork();
    if (told[0] == 0) {
        sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        (void)signal(SIGPIPE, SIG_DFL);
        if (null >= 0) {
            dup2(null, 0);
            dup2(null, 1);
            dup2(null, 2);
        }
        execv(arguments[0], arguments);
        told[1] = errno;
        if (write(tell, &told[1], sizeof told[1]) < 0)
            _exit(126);
        _exit(127);
    }
    if (told[0] < 0 || write(tell, &told[0], sizeof told[0]) < 0)
        _exit(1);
    _exit(0);
}

/* The viewer's process; 0, and errno, where it could not be started. */
static pid_t rp__start_viewer(char *const *arguments) {
    int tell[2], said[2] = {0, 0}, count = 0;
    pid_t child;
    if (pipe(tell) != 0)
        return 0;
    (void)fcntl(tell[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(tell[1], F_SETFD, FD_CLOEXEC);
    child = fork();
    if (child == 0)
        rp__exec_viewer(tell[1], arguments);
    close(tell[1]);
    if (child > 0) {
        /* Its end is that of the last who could say anything: the exec, or a failure to. */
        while (count < 2) {
            ssize_t length = read(tell[0], &said[count], sizeof said[0]);
            if (length == (ssize_t)sizeof said[0])
                count++;
            else if (length >= 0 || errno != EINTR)
                break;
        }
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    close(tell[0]);
    if (count == 1)
        return said[0];
    /* Either may come first; a process is no small number, as errors are, but to be sure the child's end says so. */
    if (count == 2)
        errno = said[1];
    return 0;
}

rp_code rp_open_viewer(const rp_viewer *viewer) {
    static const char *const none[] = {NULL};
    const char *const *streams = viewer != NULL && viewer->streams != NULL ? viewer->streams : none;
    const char *const *further = viewer != NULL && viewer->args != NULL ? viewer->args : none;
    const char **arguments;
    char self[64];
    rp__path program;
    size_t count = 4, i;
    rp_code code = RP_OK;
    pthread_mutex_lock(&rp__viewer_mutex);
    if (rp__is_viewer_running()) {
        pthread_mutex_unlock(&rp__viewer_mutex);
        return RP_OK;
    }
    if (viewer != NULL && viewer->program != NULL) {
        (void)rp__print(program, sizeof program, "%s", viewer->program);
    } else if (!rp__is_set("WAYLAND_DISPLAY") && !rp__is_set("WAYLAND_SOCKET") && !rp__is_set("DISPLAY")) {
        code = rp__fail(RP_NO_DISPLAY, "no display, so no window: `ringplot tui` shows the streams in a terminal, `ringplot view` "
                                       "where there is a display, `ringplot render` draws a PNG");
    } else if (!rp__find_viewer(program)) {
        code = rp__fail(RP_NO_VIEWER, "no viewer found: put the ringplot program into PATH, or set RINGPLOT_BIN to it");
    }
    for (i = 0; streams[i] != NULL; i++)
        count++;
    for (i = 0; further[i] != NULL; i++)
        count++;
    arguments = (const char **)calloc(count + 1, sizeof *arguments);
    if (code == RP_OK && arguments == NULL)
        code = rp__fail(RP_NO_MEMORY, "no memory for the arguments of the viewer");
    if (code == RP_OK) {
        uint32_t pid = (uint32_t)getpid();
        pid_t started;
        (void)rp__print(self, sizeof self, "%u:%llu", (unsigned)pid, (unsigned long long)rp__start_time(pid));
        arguments[0] = program;
        arguments[1] = "view";
        arguments[2] = "--program";
        arguments[3] = self;
        count = 4;
        for (i = 0; streams[i] != NULL; i++)
            arguments[count++] = streams[i];
        for (i = 0; further[i] != NULL; i++)
            arguments[count++] = further[i];
        started = rp__start_viewer((char *const *)(uintptr_t)arguments);
        if (started > 0) {
            rp__viewer.pid = started;
            rp__viewer.start = rp__start_time((uint32_t)started);
            rp__viewer.owner = getpid();
            rp__viewer.patience = 0;
        } else {
            code = rp__fail(RP_NOT_STARTED, "cannot start the viewer: %s: %s", strerror(errno), program);
        }
    }
    free(arguments);
    pthread_mutex_unlock(&rp__viewer_mutex);
    return code;
}

/* Waits until the viewer of this program has attached to the run, or is gone, for at most 2 s. */
static void rp__wait_until_attached(const struct rp__run *run) {
    rp__counter *own_viewer = rp__counter_at(run->base, run->off_control + RP_OFF_CONTROL_OWN_VIEWER);
    while (__atomic_load_n(own_viewer, __ATOMIC_RELAXED) == 0) {
        int is_over;
        pthread_mutex_lock(&rp__viewer_mutex);
        if (!(rp__viewer.patience > 0))
            rp__viewer.patience = rp__seconds() + 2;
        is_over = !rp__is_viewer_running() || rp__seconds() >= rp__viewer.patience;
        pthread_mutex_unlock(&rp__viewer_mutex);
        if (is_over)
            return;
        rp__sleep(0.002);
    }
}

static void rp__end(rp_producer *p, uint64_t state) {
    struct rp__run *run;
    if (p == NULL)
        return;
    run = p->run;
    /* In a process forked from its creator's the stream is not its to end. */
    if (run->owner == getpid()) {
        rp__wait_until_attached(run);
        /* Release: who sees the end sees the last point. */
        __atomic_store_n(rp__counter_at(run->base, RP_OFF_STATE), state, __ATOMIC_RELEASE);
        rp__remove(run);
    } else {
        rp__close_lock(run);
    }
    munmap(run->base, run->segment_len);
    free(run);
    free(p);
}

void rp_close(rp_producer *p) {
    rp__end(p, RP_STATE_CLOSED);
}

void rp_finish(rp_producer *p) {
    rp__end(p, RP_STATE_FINISHED);
}

/* ---------------------------------------------------------------- the list of streams */

typedef struct rp__list {
    rp_stream *streams;
    size_t count, room;
    rp_code code;
} rp__list;

static int rp__add_stream(void *context, const char *folder, const char *name) {
    rp__list *list = (rp__list *)context;
    char file[RP__FILE];
    rp__paths paths;
    rp__record record;
    rp_stream *stream;
    int is_held;
    if (!rp__to_file(name, file))
        return 1;
    rp__paths_of(folder, file, &paths);
    if ((list->code = rp__look(&paths, &is_held, &record)) != RP_OK)
        return 0;
    /* Closed since the folder was listed. */
    if (!is_held && record.run == 0 && access(paths.lock, F_OK) != 0)
        return 1;
    if (list->count == list->room) {
        size_t room = list->room * 2 + 16;
        rp_stream *more = (rp_stream *)realloc(list->streams, room * sizeof *more);
        if (more == NULL) {
            list->code = rp__fail(RP_NO_MEMORY, "no memory for a list of %lu streams", (unsigned long)room);
            return 0;
        }
        list->streams = more;
        list->room = room;
    }
    stream = &list->streams[list->count++];
    memset(stream, 0, sizeof *stream);
    memcpy(stream->name, name, strlen(name));
    stream->is_live = is_held;
    stream->run = record.run;
    stream->pid = record.pid;
    return 1;
}

static int rp__compare_streams(const void *a, const void *b) {
    const rp_stream *first = (const rp_stream *)a, *second = (const rp_stream *)b;
    int order = strcmp(first->name, second->name);
    return order != 0 ? order : second->is_live - first->is_live;
}

rp_code rp_list(rp_stream **streams, size_t *count) {
    rp__path folders[2];
    rp__list list;
    int folder_count = 0, i;
    size_t from, to = 0;
    memset(&list, 0, sizeof list);
    *streams = NULL;
    *count = 0;
    list.code = rp__existing_folders(folders, &folder_count);
    for (i = 0; i < folder_count && list.code == RP_OK; i++) {
        rp_code code = rp__each_name(folders[i], rp__add_stream, &list);
        list.code = list.code == RP_OK ? code : list.code;
    }
    if (list.code != RP_OK) {
        free(list.streams);
        return list.code;
    }
    if (list.count > 1)
        qsort(list.streams, list.count, sizeof *list.streams, rp__compare_streams);
    /* A live one before a dead one of the same name in the other folder. */
    for (from = 0; from < list.count; from++)
        if (to == 0 || strcmp(list.streams[to - 1].name, list.streams[from].name) != 0)
            list.streams[to++] = list.streams[from];
    *streams = list.streams;
    *count = to;
    return RP_OK;
}

/* ---------------------------------------------------------------- attach */

enum { RP__SPANS = 1024 };

struct rp_consumer {
    unsigned char *base;
    uint64_t mapped_len;
    rp_point *slots;
    double *epochs;
    uint64_t capacity;
    rp_kind kind;
    rp_header header;
    char *meta; /* key, NUL, value, NUL, and so on */
    size_t meta_length;
    double y_offset, rate_hint;
    rp__paths paths;
    char os_id[RP__ID];
    int is_damaged;
    uint64_t start, cursor, received, lost; /* in points, or in frames */
    uint64_t last_written;
    double last_progress;
    /* Ends of unread events, newest first, that were found while walking back. */
    uint64_t ends[RP__SPANS];
    size_t end_count;
};

static uint64_t rp__minus(uint64_t a, uint64_t b) {
    return a > b ? a - b : 0;
}

static uint64_t rp__load(const rp_consumer *c, uint64_t offset) {
    return __atomic_load_n(rp__counter_at(c->base, offset), __ATOMIC_RELAXED);
}

/* `write_position`, and in `ahead` the farther of it and `reserved_position`. */
static uint64_t rp__published(const rp_consumer *c, uint64_t *ahead) {
    uint64_t written = rp__load(c, RP_OFF_WRITE_POSITION), reserved;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    reserved = rp__load(c, RP_OFF_RESERVED_POSITION);
    *ahead = reserved > written ? reserved : written;
    return written;
}

/* After a copy of low..high: the position before which the copies may have been overwritten. */
static uint64_t rp__validated(const rp_consumer *c, uint64_t low, uint64_t high) {
    uint64_t safe;
    /* Acquire: had a copy read a later point, the load below would see the reservation that went before it. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    safe = rp__minus(rp__load(c, RP_OFF_RESERVED_POSITION), c->capacity);
    return safe < low ? low : safe > high ? high : safe;
}

static uint64_t rp__cleared(const rp_consumer *c) {
    uint64_t mark = rp__load(c, RP_OFF_CLEARED_BEFORE);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return mark;
}

static rp_code rp__field(const rp_consumer *c, const char *name, const char *field, uint64_t value) {
    return rp__fail(RP_DAMAGED,
                    "cannot read the stream \"%s\": the header's %s is %llu, which does not fit a segment of %llu bytes: the "
                    "segment is damaged or truncated",
                    name, field, (unsigned long long)value, (unsigned long long)c->mapped_len);
}

/* Checks the copied header against what is mapped. Nothing of it is read again. */
static rp_code rp__check_header(rp_consumer *c, const char *name) {
    rp_header *h = &c->header;
    uint64_t magic, capacity, least, longest;
    uint32_t crc;
    memcpy(&magic, "RINGPLOT", 8);
    if (h->magic == 0)
        return rp__fail(RP_INITIALISING, "the stream \"%s\" is still initialising: try again, or look at its producer", name);
    if (h->magic != magic)
        return rp__fail(RP_DAMAGED,
                        "cannot read the stream \"%s\": the segment's magic is 0x%016llx, not a ringplot stream's", name,
                        (unsigned long long)h->magic);
    if (h->endian == 0x04030201)
        return rp__fail(RP_DAMAGED,
                        "cannot read the stream \"%s\": the stream was written by a machine of another byte order", name);
    if (h->major != 2)
        return rp__fail(RP_VERSION,
                        "cannot read the stream \"%s\": the stream has layout version %u.%u, and this program reads 2.x: update "
                        "the older of the two",
                        name, (unsigned)h->major, (unsigned)h->minor);
    if (h->endian != 0x01020304)
        return rp__field(c, name, "endian", h->endian);
    if (h->point_format != 1)
        return rp__field(c, name, "point_format", h->point_format);
    if (h->log2_capacity < 10 || h->log2_capacity > 32)
        return rp__field(c, name, "log2_capacity", h->log2_capacity);
    if (h->log2_block != 8)
        return rp__field(c, name, "log2_block", h->log2_block);
    if (h->x_mode > 2)
        return rp__field(c, name, "x_mode", h->x_mode);
    if (h->stream_kind > 2)
        return rp__field(c, name, "stream_kind", h->stream_kind);
    if (h->x_mode == 2 && !(rp__is_finite(h->t0) && rp__is_finite(h->rate) && h->rate > 0))
        return rp__field(c, name, "rate", 0);
    if (h->run_id == 0)
        return rp__field(c, name, "run_id", 0);
    if (h->segment_len > c->mapped_len)
        return rp__field(c, name, "segment_len", h->segment_len);
    if (h->len_meta > RP_MAX_META)
        return rp__field(c, name, "len_meta", h->len_meta);
    if (h->off_meta != RP_OFF_META)
        return rp__field(c, name, "off_meta", h->off_meta);
    /* Regions must be aligned, in order, and inside; each is below the length before it is added to. */
    capacity = (uint64_t)1 << h->log2_capacity;
    if (h->off_epochs > h->segment_len || h->off_epochs % 128 != 0 || h->off_epochs < RP_OFF_META + (uint64_t)h->len_meta)
        return rp__field(c, name, "off_epochs", h->off_epochs);
    least = h->off_epochs + capacity / RP_BLOCK * 8;
    if (h->off_points > h->segment_len || h->off_points % 128 != 0 || h->off_points < least)
        return rp__field(c, name, "off_points", h->off_points);
    least = h->off_points + capacity * 8;
    if (h->off_control > h->segment_len || h->off_control % rp__page_size() != 0 || h->off_control < least)
        return rp__field(c, name, "off_control", h->off_control);
    if (h->segment_len < h->off_control + 4096)
        return rp__field(c, name, "segment_len", h->segment_len);
    longest = capacity / 4 - RP_TRAILER;
    if (h->stream_kind != 0 && h->max_frame_len > (h->stream_kind == 2 ? longest * 8 : longest))
        return rp__field(c, name, "max_frame_len", h->max_frame_len);
    c->meta_length = h->len_meta;
    if ((c->meta = (char *)calloc(1, c->meta_length + 2)) == NULL)
        return rp__fail(RP_NO_MEMORY, "no memory for the metadata of \"%s\"", name);
    memcpy(c->meta, c->base + RP_OFF_META, c->meta_length);
    crc = rp__checksum(h, (const unsigned char *)c->meta, c->meta_length);
    if (crc != h->crc32)
        return rp__fail(RP_DAMAGED,
                        "cannot read the stream \"%s\": the header's checksum is 0x%08x and should be 0x%08x: the segment is "
                        "damaged",
                        name, (unsigned)h->crc32, (unsigned)crc);
    c->capacity = capacity;
    c->epochs = (double *)(void *)(c->base + h->off_epochs);
    c->slots = (rp_point *)(void *)(c->base + h->off_points);
    c->kind = h->stream_kind == 1 ? RP_SNAPSHOT
              : h->stream_kind == 2 ? RP_EVENTS
              : h->x_mode == 1      ? RP_TIMED
              : h->x_mode == 2      ? RP_UNIFORM
                                    : RP_XY;
    return RP_OK;
}

/* Cuts the metadata into keys and values. A key with a `!` that this header does not know is refused. */
static rp_code rp__cut_meta(rp_consumer *c, const char *name) {
    static const char known[] =
        " name label group x_unit y_unit colour style rate_hint y_offset y_range clock order ";
    char *from = c->meta, *to = c->meta, *end = c->meta + c->meta_length;
    while (from < end) {
        char *line_end = (char *)memchr(from, '\n', (size_t)(end - from)), *equals, *at;
        char key[64];
        line_end = line_end == NULL ? end : line_end;
        for (at = from; at < line_end; at++)
            if (*at == 0)
                *at = ' ';
        equals = (char *)memchr(from, '=', (size_t)(line_end - from));
        if (equals != NULL) {
            int is_demanded = *from == '!';
            size_t length;
            from += is_demanded;
            length = (size_t)(equals - from);
            if (is_demanded && (!rp__print(key, sizeof key, " %.*s ", (int)(length > 60 ? 60 : length), from) ||
                                length > 60 || memchr(from, ' ', length) != NULL || strstr(known, key) == NULL))
                return rp__fail(RP_UNKNOWN_KEY,
                                "cannot read the stream \"%s\": who reads it must know its key \"%.*s\", and this program does "
                                "not: update it",
                                name, (int)(length > 60 ? 60 : length), from);
            /* Never longer than the line was. */
            memmove(to, from, (size_t)(line_end - from));
            to[length] = 0;
            to += line_end - from;
            *to++ = 0;
        }
        from = line_end + 1;
    }
    c->meta_length = (size_t)(to - c->meta);
    return RP_OK;
}

const char *rp_meta(const rp_consumer *c, const char *key) {
    const char *at = c->meta, *end = c->meta + c->meta_length, *value = NULL;
    while (at < end) {
        const char *text = at + strlen(at) + 1;
        if (strcmp(at, key) == 0)
            value = text;
        at = text + strlen(text) + 1;
    }
    return value;
}

/* Maps the segment of a record and checks it. */
static rp_code rp__map(rp_consumer *c, const char *name, int is_held, const rp__record *record) {
    char path[64];
    struct stat status;
    uint64_t words[sizeof(rp_header) / 8];
    void *base;
    size_t i;
    int fd, error;
    const char *number;
    rp_code code;
    rp__segment_path(record->os_id, path);
    memcpy(c->os_id, record->os_id, sizeof c->os_id);
    fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return rp__fail(is_held ? RP_INITIALISING : RP_GONE,
                        "the shared memory of stream \"%s\" is gone: `ringplot gc` removes what is left", name);
    if (fd < 0)
        return rp__fail(RP_SYSTEM, "cannot map the stream \"%s\": %s", name, strerror(errno));
    if (fstat(fd, &status) != 0 || status.st_uid != geteuid()) {
        close(fd);
        return rp__fail(RP_SYSTEM, "cannot map the stream \"%s\": its shared memory belongs to another user (uid %u)", name,
                        (unsigned)status.st_uid);
    }
    if (status.st_size < (off_t)sizeof(rp_header)) {
        close(fd);
        return rp__fail(RP_INITIALISING, "the stream \"%s\" is still initialising: try again, or look at its producer", name);
    }
    c->mapped_len = (uint64_t)status.st_size;
    base = mmap(NULL, c->mapped_len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    error = errno;
    close(fd);
    if (base == MAP_FAILED)
        return rp__fail(RP_SYSTEM, "cannot map the stream \"%s\": %s", name, strerror(error));
    c->base = (unsigned char *)base;
    words[0] = rp__load(c, 0);
    /* Acquire: what is read after the magic is what went before it. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    for (i = 1; i < sizeof words / 8; i++)
        words[i] = rp__load(c, 8 * i);
    memcpy(&c->header, words, sizeof words);
    if ((code = rp__check_header(c, name)) != RP_OK)
        return code;
    /* Taken over between two looks. */
    if (c->header.run_id != record->run)
        return rp__fail(RP_INITIALISING, "the stream \"%s\" changes hands: try again", name);
    if (mprotect(c->base, c->header.off_control, PROT_READ) != 0)
        return rp__fail(RP_SYSTEM, "cannot map the stream \"%s\": %s", name, strerror(errno));
    if ((code = rp__cut_meta(c, name)) != RP_OK)
        return code;
    if ((number = rp_meta(c, "y_offset")) == NULL || !rp__number(number, &c->y_offset))
        c->y_offset = 0;
    if ((number = rp_meta(c, "rate_hint")) == NULL || !rp__number(number, &c->rate_hint) || c->rate_hint < 0)
        c->rate_hint = 0;
    return RP_OK;
}

/* There is no such stream: says which there are. */
static rp_code rp__unknown(const char *name) {
    rp_stream *streams;
    size_t count, i, length;
    rp_code code = rp_list(&streams, &count);
    int has_live = 0;
    if (code != RP_OK)
        return code;
    (void)rp__fail(RP_UNKNOWN, "no stream is called \"%s\"; ", name);
    for (i = 0; i < count; i++) {
        if (!streams[i].is_live)
            continue;
        length = strlen(rp__text);
        (void)rp__print(rp__text + length, sizeof rp__text - length, "%s%s", has_live ? ", " : "live are: ",
                        streams[i].name);
        has_live = 1;
    }
    length = strlen(rp__text);
    if (!has_live)
        (void)rp__print(rp__text + length, sizeof rp__text - length,
                        "nothing is live: `ringplot demo` or `ringplot produce test` starts something");
    free(streams);
    return RP_UNKNOWN;
}

static rp_code rp__try_attach(rp_consumer *c, const char *name, const char *file) {
    rp__path folders[2];
    rp__paths paths;
    rp__record record, found;
    int count = 0, i, is_held = 0, has_any = 0, held;
    rp_code code = rp__existing_folders(folders, &count);
    memset(&found, 0, sizeof found);
    for (i = 0; i < count && !is_held && code == RP_OK; i++) {
        rp__paths_of(folders[i], file, &paths);
        if ((code = rp__look(&paths, &held, &record)) != RP_OK)
            break;
        if (held || (record.run != 0 && !has_any)) {
            found = record;
            c->paths = paths;
            is_held = held;
            has_any = 1;
        }
    }
    if (code != RP_OK)
        return code;
    if (is_held && found.run == 0)
        return rp__fail(RP_INITIALISING, "the stream \"%s\" is still initialising: try again, or look at its producer", name);
    if (!has_any)
        return rp__unknown(name);
    code = rp__map(c, name, is_held, &found);
    if (code != RP_OK) {
        if (c->base != NULL)
            munmap(c->base, c->mapped_len);
        free(c->meta);
        c->base = NULL;
        c->meta = NULL;
    }
    return code;
}

static void rp__begin_reading(rp_consumer *c, rp_start start);

rp_code rp_attach(const char *name, rp_start start, double seconds, rp_consumer **consumer) {
    char file[RP__FILE];
    double begun = rp__seconds(), pause = 0.001;
    rp_consumer *c;
    rp_code code;
    *consumer = NULL;
    if ((name = rp__checked_name(name, file)) == NULL)
        return RP_BAD_NAME;
    if ((c = (rp_consumer *)calloc(1, sizeof *c)) == NULL)
        return rp__fail(RP_NO_MEMORY, "no memory for a reader");
    for (;;) {
        double patience = seconds, waited;
        code = rp__try_attach(c, name, file);
        if (code == RP_INITIALISING)
            patience = seconds > 2 ? seconds : 2;
        waited = rp__seconds() - begun;
        if ((code != RP_INITIALISING && code != RP_UNKNOWN) || waited >= patience)
            break;
        rp__sleep(pause < patience - waited ? pause : patience - waited);
        pause = pause * 2 < 0.05 ? pause * 2 : 0.05;
    }
    if (code != RP_OK) {
        free(c);
        return code;
    }
    rp__begin_reading(c, start);
    *consumer = c;
    return RP_OK;
}

void rp_detach(rp_consumer *c) {
    if (c == NULL)
        return;
    munmap(c->base, c->mapped_len);
    free(c->meta);
    free(c);
}

/* ---------------------------------------------------------------- reading points */

static int rp__is_frames(const rp_consumer *c) {
    return c->kind == RP_SNAPSHOT || c->kind == RP_EVENTS;
}

/* Whether what is mapped is still a stream: ask after the fence that follows what was read. */
static int rp__is_intact(rp_consumer *c) {
    if (!c->is_damaged && rp__load(c, 0) != c->header.magic)
        c->is_damaged = 1;
    return !c->is_damaged;
}

/* What the producer may overwrite until the first drain, in points: what comes in 20 ms, at most half a ring. */
static uint64_t rp__headroom(const rp_consumer *c) {
    uint64_t first = rp__load(c, RP_OFF_WRITE_POSITION), most = c->capacity / 2, came;
    double begun = rp__seconds(), share;
    int look;
    if (first < most || (uint32_t)rp__load(c, RP_OFF_STATE) != RP_STATE_LIVE || rp__is_held(c->paths.lock) != 1)
        return 0;
    for (look = 0; look < 4; look++) {
        rp__sleep(0.0002);
        came = rp__minus(rp__load(c, RP_OFF_WRITE_POSITION), first);
        if (came > 0) {
            share = (double)came * 0.02 / (rp__seconds() - begun);
            return share < 1 ? 1 : share < (double)most ? (uint64_t)share : most;
        }
    }
    return 0;
}

rp_drained rp_drain(rp_consumer *c, double *x, float *y, size_t room) {
    rp_drained drained;
    uint64_t before = c->cursor, written, ahead, low, high, safe, at;
    memset(&drained, 0, sizeof drained);
    drained.first = c->cursor;
    if (rp__is_frames(c) || c->is_damaged)
        return drained;
    written = rp__published(c, &ahead);
    if (written < c->cursor) {
        /* Only a segment that somebody scribbled over goes back: begin again where it says it is. */
        c->cursor = drained.first = written;
        return drained;
    }
    low = rp__minus(ahead, c->capacity);
    low = low < c->cursor ? c->cursor : low > written ? written : low;
    high = written - low > room ? low + room : written;
    high = high - low > c->capacity ? low + c->capacity : high;
    for (at = low; at < high;) {
        uint64_t end = (at / RP_BLOCK + 1) * RP_BLOCK, i = at - low, bits;
        double epoch = 0;
        end = end < high ? end : high;
        if (c->kind == RP_TIMED && x != NULL) {
            bits = __atomic_load_n((rp__word *)(void *)&c->epochs[(at & (c->capacity - 1)) / RP_BLOCK], __ATOMIC_RELAXED);
            memcpy(&epoch, &bits, 8);
        }
        for (; at < end; at++, i++) {
            rp_point point;
            bits = __atomic_load_n((rp__word *)(void *)&c->slots[at & (c->capacity - 1)], __ATOMIC_RELAXED);
            memcpy(&point, &bits, 8);
            if (x != NULL)
                x[i] = c->kind == RP_UNIFORM ? c->header.t0 + (double)at / c->header.rate : epoch + (double)point.x;
            if (y != NULL)
                y[i] = point.y;
        }
    }
    safe = rp__validated(c, low, high);
    if (!rp__is_intact(c))
        return drained;
    if (safe > low) {
        if (x != NULL)
            memmove(x, x + (safe - low), (size_t)(high - safe) * sizeof *x);
        if (y != NULL)
            memmove(y, y + (safe - low), (size_t)(high - safe) * sizeof *y);
    }
    drained.first = safe;
    drained.count = high - safe;
    drained.lost = safe - before;
    drained.remaining = written - high;
    c->cursor = high;
    c->received += drained.count;
    c->lost += drained.lost;
    return drained;
}

/* ---------------------------------------------------------------- reading frames */

typedef struct rp__span {
    uint64_t begin, end, number;
    double t;
    uint32_t length;
} rp__span;

static uint64_t rp__slot(const rp_consumer *c, uint64_t position) {
    return __atomic_load_n((rp__word *)(void *)&c->slots[position & (c->capacity - 1)], __ATOMIC_RELAXED);
}

static uint64_t rp__newest_end(const rp_consumer *c) {
    uint64_t end = rp__load(c, RP_OFF_NEWEST_FRAME);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return end;
}

/* Where the frame that ends at `end` lies: whether it is still whole and its trailer makes sense. */
static int rp__span_at(const rp_consumer *c, uint64_t end, rp__span *span) {
    uint64_t word, bits, count, slots, behind;
    if (end < RP_TRAILER)
        return 0;
    word = rp__slot(c, end - 2);
    bits = rp__slot(c, end - 1);
    count = rp__load(c, RP_OFF_FRAME_COUNT);
    span->length = (uint32_t)word;
    memcpy(&span->t, &bits, 8);
    /* The count may already be ahead of this frame; the low halves say by how much. */
    behind = (uint32_t)((uint32_t)count - (uint32_t)(word >> 32));
    slots = c->kind == RP_EVENTS ? ((uint64_t)span->length + 7) / 8 : span->length;
    if (behind > count || span->length > c->header.max_frame_len || slots > end - RP_TRAILER ||
        slots + RP_TRAILER > c->capacity)
        return 0;
    span->number = count - behind;
    span->begin = end - RP_TRAILER - slots;
    span->end = end;
    return span->number != UINT64_MAX && rp__validated(c, span->begin, end) == span->begin;
}

/* Copies a frame's payload; 0 where it was overwritten meanwhile, and nothing is taken. */
static int rp__take_frame(rp_consumer *c, const rp__span *span, void *to, size_t room, rp_frame *frame) {
    uint64_t at;
    size_t bytes = c->kind == RP_EVENTS ? span->length : (size_t)span->length * sizeof(rp_point), i;
    bytes = bytes < room ? bytes : room;
    for (at = span->begin, i = 0; i < bytes; at++, i += 8) {
        uint64_t word = rp__slot(c, at);
        memcpy((char *)to + i, &word, bytes - i < 8 ? bytes - i : 8);
    }
    if (rp__validated(c, span->begin, span->end) != span->begin || !rp__is_intact(c))
        return 0;
    if (frame != NULL) {
        frame->number = span->number;
        frame->position = span->begin;
        frame->t = span->t;
        frame->length = span->length;
        frame->lost = rp__minus(span->number, c->cursor);
    }
    c->lost += rp__minus(span->number, c->cursor);
    c->cursor = span->number + 1;
    c->received++;
    return 1;
}

/* Passes over frames that were cleared. */
static void rp__skip_to(rp_consumer *c, uint64_t number) {
    c->lost += rp__minus(number, c->cursor);
    c->cursor = number > c->cursor ? number : c->cursor;
}

int rp_newest_curve(rp_consumer *c, rp_point *points, size_t room, rp_frame *frame) {
    rp__span span;
    int tries;
    if (c->kind != RP_SNAPSHOT || c->is_damaged)
        return 0;
    for (tries = 0; tries < 3; tries++) {
        if (!rp__span_at(c, rp__newest_end(c), &span))
            continue;
        if (span.number < c->cursor)
            return 0;
        if (span.begin < rp__cleared(c)) {
            rp__skip_to(c, span.number + 1);
            return 0;
        }
        if (rp__take_frame(c, &span, points, room * sizeof *points, frame))
            return 1;
    }
    return 0;
}

/* Walks back over the unread frames that are whole, and notes the ends of the oldest, newest first. */
static void rp__find_unread(rp_consumer *c) {
    uint64_t end = rp__newest_end(c), cleared = rp__cleared(c), number = UINT64_MAX;
    size_t noted = 0, first;
    rp__span span;
    while (rp__span_at(c, end, &span) && span.number >= c->cursor && (number == UINT64_MAX || span.number + 1 == number)) {
        if (span.begin < cleared) {
            rp__skip_to(c, span.number + 1);
            break;
        }
        c->ends[noted++ % RP__SPANS] = end;
        number = span.number;
        end = span.begin;
    }
    /* The list has them in turn: make the oldest its last. */
    c->end_count = noted < RP__SPANS ? noted : (size_t)RP__SPANS;
    first = noted < RP__SPANS ? 0 : noted % RP__SPANS;
    if (first != 0) {
        uint64_t turned[RP__SPANS];
        memcpy(turned, c->ends + first, (RP__SPANS - first) * sizeof *turned);
        memcpy(turned + (RP__SPANS - first), c->ends, first * sizeof *turned);
        memcpy(c->ends, turned, sizeof turned);
    }
}

int rp_next_event(rp_consumer *c, char *text, size_t room, rp_frame *frame) {
    rp__span span;
    int tries;
    if (c->kind != RP_EVENTS || c->is_damaged || room == 0)
        return 0;
    for (tries = 0; tries < 3; tries++) {
        if (c->end_count == 0)
            rp__find_unread(c);
        while (c->end_count > 0) {
            uint64_t end = c->ends[--c->end_count];
            /* Those noted may have been overwritten or cleared since. */
            if (rp__span_at(c, end, &span) && span.begin >= rp__cleared(c) &&
                rp__take_frame(c, &span, text, room - 1, frame)) {
                text[span.length < room - 1 ? span.length : room - 1] = 0;
                return 1;
            }
        }
    }
    return 0;
}

/* Frames published, up to the newest and not by the count, which a producer that was killed may have left one ahead. */
static uint64_t rp__frames_written(const rp_consumer *c) {
    rp__span span;
    int tries;
    for (tries = 0; tries < 3; tries++) {
        uint64_t end = rp__newest_end(c);
        if (end == 0)
            return 0;
        if (rp__span_at(c, end, &span))
            return span.number + 1;
    }
    return rp__load(c, RP_OFF_FRAME_COUNT);
}

static void rp__begin_reading(rp_consumer *c, rp_start start) {
    uint64_t headroom = start == RP_OLDEST ? rp__headroom(c) : 0, cleared = rp__cleared(c), ahead;
    uint64_t written = rp__published(c, &ahead), from;
    headroom = (headroom + RP_BLOCK - 1) / RP_BLOCK * RP_BLOCK;
    from = rp__minus(ahead > UINT64_MAX - headroom ? UINT64_MAX : ahead + headroom, c->capacity);
    from = from < cleared ? cleared : from;
    from = start == RP_NOW || from > written ? written : from;
    if (rp__is_frames(c)) {
        /* The first whole frame from there on; the newest is worth a try wherever it lies. */
        uint64_t frames = rp__frames_written(c), first = frames, end = rp__newest_end(c);
        rp__span span;
        while (start == RP_OLDEST && rp__span_at(c, end, &span) && span.number + 1 == first &&
               span.begin >= cleared && (span.begin >= from || first == frames)) {
            first = span.number;
            end = span.begin;
        }
        from = first;
    }
    c->start = c->cursor = from;
    c->last_progress = rp__seconds();
}

/* ---------------------------------------------------------------- what a reader asks */

rp_counts rp_count(const rp_consumer *c) {
    rp_counts counts;
    counts.start = c->start;
    counts.position = c->cursor;
    counts.received = c->received;
    counts.lost = c->lost;
    return counts;
}

uint64_t rp_written(const rp_consumer *c) {
    uint64_t ahead;
    if (c->is_damaged)
        return c->cursor;
    return rp__is_frames(c) ? rp__frames_written(c) : rp__published(c, &ahead);
}

static int rp__end_of(const rp_consumer *c, rp_liveness *end) {
    uint32_t state = (uint32_t)rp__load(c, RP_OFF_STATE);
    /* Acquire: when it is an end, what is read after this has the last point. */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    *end = state == RP_STATE_CLOSED ? RP_CLOSED : RP_FINISHED;
    return state == RP_STATE_CLOSED || state == RP_STATE_FINISHED;
}

/* Whether the producer is known to be gone, and how. */
static int rp__is_gone(const rp_consumer *c, rp_liveness *gone) {
    rp__record record;
    int found = rp__read_record(c->paths.lock, &record);
    if (found < 0)
        return 0;
    if (found == 1 && record.run != c->header.run_id) {
        *gone = RP_REPLACED;
        return 1;
    }
    *gone = RP_DEAD;
    if (found == 1)
        return rp__is_held(c->paths.lock) == 0;
    /* Somebody removed the file: of a dead producer, or under a live one, which then goes on. */
    return !rp__is_process(c->header.producer_pid, c->header.producer_start_time);
}

rp_liveness rp_ask(rp_consumer *c) {
    char path[64];
    struct stat status;
    rp_liveness answer, end;
    double now = rp__seconds(), patience = c->kind == RP_UNIFORM ? c->header.rate : c->rate_hint;
    uint64_t written;
    /* First what touches no memory. */
    rp__segment_path(c->os_id, path);
    if (stat(path, &status) == 0 && (uint64_t)status.st_size < c->mapped_len)
        c->is_damaged = 1;
    if (c->is_damaged || !rp__is_intact(c))
        return RP_CUT_SHORT;
    if (rp__end_of(c, &end))
        return end;
    if (rp__is_gone(c, &answer))
        /* A producer that closes stores the state before it removes its files. */
        return rp__end_of(c, &end) ? end : answer;
    written = rp_written(c);
    if (written != c->last_written) {
        c->last_written = written;
        c->last_progress = now;
    }
    patience = patience > 0 && 10 / patience > 3 ? 10 / patience : 3;
    return now - c->last_progress > patience ? RP_STALLED : RP_LIVE;
}

static int rp__has_unread(rp_consumer *c) {
    rp__span span;
    uint64_t ahead;
    if (c->is_damaged)
        return 0;
    if (!rp__is_frames(c))
        return rp__published(c, &ahead) != c->cursor;
    return rp__span_at(c, rp__newest_end(c), &span) && span.number >= c->cursor && span.begin >= rp__cleared(c);
}

int rp_wait_for_data(rp_consumer *c, double seconds) {
    double begun = rp__seconds(), asked = begun, pause = 0.00005, left;
    for (;;) {
        rp_liveness end;
        int has_unread, is_over = c->is_damaged || rp__end_of(c, &end);
        if (!is_over && rp__seconds() - asked >= 0.1) {
            asked = rp__seconds();
            is_over = rp_ask(c) > RP_STALLED;
        }
        /* Looked at after that: what was pushed before the end is not left behind. */
        has_unread = rp__has_unread(c);
        left = seconds - (rp__seconds() - begun);
        if (has_unread || is_over || !(left > 0))
            return has_unread;
        rp__sleep(pause < left ? pause : left);
        pause = pause * 2 < 0.0005 ? pause * 2 : 0.0005;
    }
}

void rp_announce_viewer(rp_consumer *c) {
    __atomic_store_n(c->base + c->header.off_control, (unsigned char)1, __ATOMIC_RELEASE);
}

rp_kind rp_kind_of(const rp_consumer *c) {
    return c->kind;
}

uint64_t rp_run_of(const rp_consumer *c) {
    return c->header.run_id;
}

uint32_t rp_pid_of(const rp_consumer *c) {
    return c->header.producer_pid;
}

uint64_t rp_consumer_capacity(const rp_consumer *c) {
    return c->capacity;
}

uint64_t rp_cleared_before(const rp_consumer *c) {
    return c->is_damaged ? 0 : rp__cleared(c);
}

uint32_t rp_longest(const rp_consumer *c) {
    return c->header.stream_kind == 0 ? 0 : c->header.max_frame_len;
}

int64_t rp_origin_unix_ns(const rp_consumer *c) {
    return c->header.origin_unix_ns;
}

double rp_value(const rp_consumer *c, float y) {
    return c->y_offset < 0 || c->y_offset > 0 ? c->y_offset + (double)y : (double)y;
}

#ifdef __cplusplus
}
#endif
#endif /* feature macros */
#endif /* RINGPLOT_IMPLEMENTATION */
