/*
 * A simulation in C: a driven pendulum, stepped with Runge and Kutta's method of fourth order.
 *
 *     gcc -O2 -I include examples/c/pendulum.c -o pendulum -lm && ./pendulum
 *
 * Each step pushes the angle and a point of the phase plane; once in each period of the drive the Poincaré section gets a
 * point, and an event says how often the pendulum has gone over the top. `./pendulum 2` ends after two seconds of real time.
 */
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"

#include <math.h>

static const double PI = 3.141592653589793, DAMPING = 0.5, DRIVE = 1.15, RATE = 2.0 / 3.0;

typedef struct {
    double angle, speed;
} state;

static state slope(state s, double t) {
    state d = {s.speed, -sin(s.angle) - DAMPING * s.speed + DRIVE * cos(RATE * t)};
    return d;
}

static state along(state s, state d, double dt) {
    state moved = {s.angle + d.angle * dt, s.speed + d.speed * dt};
    return moved;
}

static state step(state s, double t, double dt) {
    state a = slope(s, t), b = slope(along(s, a, dt / 2), t + dt / 2);
    state c = slope(along(s, b, dt / 2), t + dt / 2), d = slope(along(s, c, dt), t + dt);
    state mean = {(a.angle + 2 * b.angle + 2 * c.angle + d.angle) / 6, (a.speed + 2 * b.speed + 2 * c.speed + d.speed) / 6};
    return along(s, mean, dt);
}

/* An angle between -pi and pi. */
static double wrapped(double angle) {
    return angle - 2 * PI * floor((angle + PI) / (2 * PI));
}

static void need(rp_code code) {
    if (code == RP_OK)
        return;
    fprintf(stderr, "pendulum: %s\n", rp_error());
    exit(1);
}

int main(int count, char **args) {
    double real_seconds = count > 1 ? atof(args[1]) : 60.0;
    rp_options over_time = {.x_unit = "s", .y_unit = "rad", .group = "pendulum"};
    rp_options phase = {.label = "phase plane", .x_unit = "rad", .y_unit = "rad/s", .style = RP_PERSISTENCE};
    rp_options section = {.label = "Poincaré section", .x_unit = "rad", .y_unit = "rad/s", .style = RP_POINTS};
    rp_timed *angle;
    rp_xy *plane, *points;
    rp_events *log;
    need(rp_timed_create("pendulum/angle", &over_time, &angle));
    need(rp_xy_create("pendulum/phase", &phase, &plane));
    need(rp_xy_create("pendulum/section", &section, &points));
    need(rp_events_create("pendulum/log", NULL, &log));
    rp_open_viewer(NULL); /* Without a display it goes on without a window. */

    const double dt = 2 * PI / RATE / 1000;
    const long steps = (long)(real_seconds * 20000);
    state s = {0.2, 0.0};
    double turns = 0;
    for (long i = 0; i < steps; i++) {
        double t = (double)i * dt, before = wrapped(s.angle);
        s = step(s, t, dt);
        double now = wrapped(s.angle);
        if (fabs(now - before) > PI) {
            char text[64];
            snprintf(text, sizeof text, "turns=%+g", turns += now < before ? 1 : -1);
            rp_events_emit(log, t, text);
            rp_timed_break(angle);
            rp_xy_break(plane);
        }
        rp_timed_push(angle, t, (float)now);
        rp_xy_push(plane, (float)now, (float)s.speed);
        if (i % 1000 == 0)
            rp_xy_push(points, (float)now, (float)s.speed);
        if (i % 200 == 199)
            usleep(10000);
    }
    rp_close(&angle->base);
    rp_close(&plane->base);
    rp_close(&points->base);
    rp_close(&log->base);
    return 0;
}
