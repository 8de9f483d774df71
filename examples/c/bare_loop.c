/*
 * The least there is: a loop whose values a window shows while it runs.
 *
 *     gcc -O2 -I include examples/c/bare_loop.c -o bare_loop -lm && ./bare_loop
 *
 * `./bare_loop 2` ends after two seconds.
 */
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"

#include <math.h>

int main(int count, char **args) {
    double end = count > 1 ? atof(args[1]) : 60.0;
    rp_timed *sine;
    if (rp_timed_create("bare_loop", NULL, &sine) != RP_OK) {
        fprintf(stderr, "bare_loop: %s\n", rp_error());
        return 1;
    }
    rp_open_viewer(NULL);
    for (double t = 0.0; t < end; t += 0.001) {
        rp_timed_push(sine, t, (float)sin(6.283185307179586 * t));
        usleep(1000);
    }
    rp_close(&sine->base);
    return 0;
}
