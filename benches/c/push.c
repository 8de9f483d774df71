/* The loops of the bench `c`: those of the Rust bench, in C. */
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"

void *create(int kind, const char *name, uint64_t capacity);
void end(void *producer);
void timed(void *producer, const double *t, const float *y, size_t inputs, size_t rounds);
void uniform(void *producer, const float *y, size_t inputs, size_t rounds);
void xy(void *producer, const rp_point *points, size_t inputs, size_t rounds);
void xy_slices(void *producer, const rp_point *points, size_t inputs, size_t rounds, size_t batch);
void uniform_slices(void *producer, const float *y, size_t inputs, size_t rounds);
void timed_slices(void *producer, const double *t, const float *y, size_t inputs, size_t rounds);

void *create(int kind, const char *name, uint64_t capacity) {
    void *made = NULL;
    rp_options options;
    memset(&options, 0, sizeof options);
    options.capacity = capacity;
    if (kind == RP_TIMED)
        (void)rp_timed_create(name, &options, (rp_timed **)&made);
    else if (kind == RP_UNIFORM)
        (void)rp_uniform_create(name, &options, 0.0, 1e6, (rp_uniform **)&made);
    else
        (void)rp_xy_create(name, &options, (rp_xy **)&made);
    return made;
}

void end(void *producer) {
    rp_close((rp_producer *)producer);
}

void timed(void *producer, const double *t, const float *y, size_t inputs, size_t rounds) {
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < inputs; i++)
            rp_timed_push((rp_timed *)producer, t[i], y[i]);
}

void uniform(void *producer, const float *y, size_t inputs, size_t rounds) {
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < inputs; i++)
            rp_uniform_push((rp_uniform *)producer, y[i]);
}

void xy(void *producer, const rp_point *points, size_t inputs, size_t rounds) {
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < inputs; i++)
            rp_xy_push((rp_xy *)producer, points[i].x, points[i].y);
}

void xy_slices(void *producer, const rp_point *points, size_t inputs, size_t rounds, size_t batch) {
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < inputs; i += batch)
            rp_xy_push_slice((rp_xy *)producer, points + i, batch);
}

void uniform_slices(void *producer, const float *y, size_t inputs, size_t rounds) {
    for (size_t round = 0; round < rounds; round++)
        rp_uniform_push_slice((rp_uniform *)producer, y, inputs);
}

void timed_slices(void *producer, const double *t, const float *y, size_t inputs, size_t rounds) {
    for (size_t round = 0; round < rounds; round++)
        rp_timed_push_slice((rp_timed *)producer, t, y, inputs);
}
