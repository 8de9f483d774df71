/* Opens a viewer, twice, and says what came of it; lives until its input ends. */
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"

int main(int count, char **args) {
    const char *const streams[] = {"window", "other", NULL}, *const further[] = {"--xlen", "5", NULL};
    rp_viewer viewer;
    rp_xy *xy;
    rp_code code;
    memset(&viewer, 0, sizeof viewer);
    if (rp_xy_create("window", NULL, &xy) != RP_OK)
        return 1;
    if (count > 1) {
        viewer.program = args[1];
        viewer.streams = streams;
        viewer.args = further;
    }
    code = rp_open_viewer(count > 1 ? &viewer : NULL);
    printf("said %d %s\n", (int)code, code == RP_OK ? "" : rp_error());
    printf("again %d\n", (int)rp_open_viewer(count > 1 ? &viewer : NULL));
    fflush(stdout);
    (void)getchar();
    printf("a viewer %d\n", rp_wait_for_viewer(&xy->base, 0));
    rp_close(&xy->base);
    return 0;
}
