! A simulation in Fortran: hares and lynxes after Lotka and Volterra.
!
!     gcc -O2 -I include -c include/ringplot.c
!     gfortran -O2 include/ringplot.f90 examples/c/predators.f90 ringplot.o -o predators && ./predators
!
! `./predators 2` ends after about two seconds.
program predators
    use, intrinsic :: iso_fortran_env, only: real64
    use, intrinsic :: iso_c_binding, only: c_int
    use ringplot
    implicit none
    interface
        integer(c_int) function pause_us(microseconds) bind(c, name="usleep")
            import
            integer(c_int), value :: microseconds
        end function
    end interface
    type(rp_timed) :: hares, lynxes
    type(rp_xy) :: both
    type(rp_events) :: log
    real(real64), parameter :: dt = 0.001_real64
    real(real64) :: s(2), a(2), b(2), c(2), d(2), t, seconds, times(100), hare_values(100), lynx_values(100)
    character(len=32) :: text
    integer :: i, k, ignored

    seconds = 60
    if (command_argument_count() > 0) then
        call get_command_argument(1, text)
        read (text, *) seconds
    end if
    call hares%create("predators/hares", x_unit="year", y_unit="thousand")
    call lynxes%create("predators/lynxes", x_unit="year", y_unit="thousand")
    call both%create("predators/both", label="lynxes over hares")
    call log%create("predators/log")
    call rp_open_viewer(ignored)
    call log%emit(0.0_real64, "state=begun")
    s = [10.0_real64, 5.0_real64]
    do i = 1, int(seconds * 100)
        do k = 1, 100
            t = ((i - 1) * 100 + k) * dt
            a = slope(s)
            b = slope(s + a * dt / 2)
            c = slope(s + b * dt / 2)
            d = slope(s + c * dt)
            s = s + (a + 2 * b + 2 * c + d) * dt / 6
            times(k) = t
            hare_values(k) = s(1)
            lynx_values(k) = s(2)
            call both%push(s(1), s(2))
        end do
        call hares%push(times, hare_values)
        call lynxes%push(times, lynx_values)
        ignored = pause_us(10000_c_int)
    end do
    call hares%close()
    call lynxes%close()
    call both%close()
    call log%finish()
contains
    pure function slope(now) result(change)
        real(real64), intent(in) :: now(2)
        real(real64) :: change(2)
        change = [1.1_real64 * now(1) - 0.4_real64 * now(1) * now(2), 0.1_real64 * now(1) * now(2) - 0.4_real64 * now(2)]
    end function
end program
