! The Fortran module: a stream of each kind, whose points the test reads with the library.
program module_test
    use, intrinsic :: iso_fortran_env, only: real32, real64, int64
    use ringplot
    implicit none
    type(rp_timed) :: timed, second
    type(rp_uniform) :: uniform
    type(rp_xy) :: xy
    type(rp_snapshot) :: snapshot
    type(rp_events) :: events
    real(real64) :: t(1000), y(1000)
    character(len=16) :: line
    integer :: i, code

    call timed%create("fortran/timed", label="Zeit", x_unit="s", y_unit="J", capacity=4096_int64, y_offset=0.1_real64)
    call uniform%create("fortran/uniform", 10.0_real64, 4.0_real64, capacity=4096_int64)
    call xy%create("fortran/xy", capacity=4096_int64)
    call snapshot%create("fortran/snapshot", 10)
    call events%create("fortran/events")
    call second%create("fortran/timed", code=code)
    print '(a,i0,1x,a)', "refused ", code, rp_error()

    t = [(real(i, real64), i=1, 1000)]
    y = t * 2
    call timed%push(0.0_real64, 0.0_real64)
    call timed%push(t, y)
    call timed%push(t(::2), real(y(::2), real32))
    call timed%push_break()
    call uniform%push(0.0_real32)
    call uniform%push(y)
    call uniform%push(real(y, real32))
    call xy%push(1.0_real64, 2.0_real64)
    call xy%push([(rp_point(real(i), real(-i)), i=1, 500)])
    call snapshot%update(1.5_real64, [rp_point(1.0, 2.0), rp_point(3.0, 4.0)])
    call events%emit(2.5_real64, "valve=open   ")
    print '(a,i0,1x,i0)', "written ", timed%written(), events%written()
    read (*, '(a)') line
    call timed%close()
    call uniform%close()
    call xy%clear()
    call xy%close()
    call snapshot%close()
    call events%finish()
end program
