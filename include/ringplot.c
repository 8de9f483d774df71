/* The cold code of ringplot.h as a file of its own: for build systems, and for ringplot.f90. */
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"
