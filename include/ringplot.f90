!> Streams of points for the ringplot viewer, from Fortran 2018: a module over include/ringplot.c.
!>
!>     gcc -O2 -c ringplot.c
!>     gfortran -O2 ringplot.f90 simulation.f90 ringplot.o
!>
!>     use ringplot
!>     type(rp_timed) :: energy
!>     call energy%create("sim/energy", x_unit="s", y_unit="J")
!>     call energy%push(t, e)
!>     call energy%close()
!>
!> Times are in seconds. y may be real(real32) or real(real64), and is stored as real32. The optional argument `code` of
!> `create` takes the place of an error stop: 0 where all is well, else a code of ringplot.h, and rp_error() says what to do.
module ringplot
    use, intrinsic :: iso_c_binding
    use, intrinsic :: iso_fortran_env, only: real32, real64, int64
    implicit none
    private
    public :: rp_point, rp_producer, rp_timed, rp_uniform, rp_xy, rp_snapshot, rp_events, rp_error, rp_open_viewer

    !> A point of an xy stream or of a curve.
    type, bind(c) :: rp_point
        real(c_float) :: x, y
    end type

    !> rp_options of ringplot.h.
    type, bind(c) :: options_t
        integer(c_int64_t) :: capacity = 0
        type(c_ptr) :: label = c_null_ptr, group = c_null_ptr, x_unit = c_null_ptr, y_unit = c_null_ptr, colour = c_null_ptr
        integer(c_int) :: style = 0, clock = 0
        integer(c_int64_t) :: origin_unix_ns = 0
        real(c_double) :: rate_hint = 0, y_offset = 0
        real(c_float) :: y_low = 0, y_high = 0
        integer(c_int32_t) :: order = 0
    end type

    !> What all kinds can do.
    type :: rp_producer
        type(c_ptr) :: handle = c_null_ptr
    contains
        !> Closes the stream; the viewer keeps the picture.
        procedure :: close => close_stream
        !> Closes the stream, and the viewer closes its window.
        procedure :: finish => finish_stream
        !> Marks everything published so far as cleared.
        procedure :: clear => clear_stream
        !> Points, or frames, published so far.
        procedure :: written => written_stream
    end type

    !> A stream of y at times t.
    type, extends(rp_producer) :: rp_timed
    contains
        procedure :: create => timed_create
        procedure, private :: timed_push, timed_push_double, timed_slice, timed_slice_double
        generic :: push => timed_push, timed_push_double, timed_slice, timed_slice_double
        procedure :: push_break => timed_break
    end type

    !> A stream of y at a fixed rate.
    type, extends(rp_producer) :: rp_uniform
    contains
        procedure :: create => uniform_create
        procedure, private :: uniform_push, uniform_push_double, uniform_slice, uniform_slice_double
        generic :: push => uniform_push, uniform_push_double, uniform_slice, uniform_slice_double
        procedure :: push_break => uniform_break
    end type

    !> A stream of points in any order.
    type, extends(rp_producer) :: rp_xy
    contains
        procedure :: create => xy_create
        procedure, private :: xy_push, xy_push_double, xy_slice
        generic :: push => xy_push, xy_push_double, xy_slice
        procedure :: push_break => xy_break
    end type

    !> A stream of whole curves.
    type, extends(rp_producer) :: rp_snapshot
    contains
        procedure :: create => snapshot_create
        procedure :: update => snapshot_update
    end type

    !> A stream of texts.
    type, extends(rp_producer) :: rp_events
    contains
        procedure :: create => events_create
        procedure :: emit => events_emit
    end type

    interface
        integer(c_int) function c_timed_create(name, options, producer) bind(c, name="rp_timed_create")
            import
            character(kind=c_char), intent(in) :: name(*)
            type(options_t), intent(in) :: options
            type(c_ptr), intent(out) :: producer
        end function
        integer(c_int) function c_uniform_create(name, options, t0, rate, producer) bind(c, name="rp_uniform_create")
            import
            character(kind=c_char), intent(in) :: name(*)
            type(options_t), intent(in) :: options
            real(c_double), value :: t0, rate
            type(c_ptr), intent(out) :: producer
        end function
        integer(c_int) function c_xy_create(name, options, producer) bind(c, name="rp_xy_create")
            import
            character(kind=c_char), intent(in) :: name(*)
            type(options_t), intent(in) :: options
            type(c_ptr), intent(out) :: producer
        end function
        integer(c_int) function c_snapshot_create(name, options, longest, producer) bind(c, name="rp_snapshot_create")
            import
            character(kind=c_char), intent(in) :: name(*)
            type(options_t), intent(in) :: options
            integer(c_int32_t), value :: longest
            type(c_ptr), intent(out) :: producer
        end function
        integer(c_int) function c_events_create(name, options, producer) bind(c, name="rp_events_create")
            import
            character(kind=c_char), intent(in) :: name(*)
            type(options_t), intent(in) :: options
            type(c_ptr), intent(out) :: producer
        end function
        subroutine c_timed_push(producer, t, y) bind(c, name="rp_timed_push_")
            import
            type(c_ptr), value :: producer
            real(c_double), value :: t
            real(c_float), value :: y
        end subroutine
        subroutine c_timed_slice(producer, t, y, count) bind(c, name="rp_timed_push_slice")
            import
            type(c_ptr), value :: producer
            real(c_double), intent(in) :: t(*)
            real(c_float), intent(in) :: y(*)
            integer(c_size_t), value :: count
        end subroutine
        subroutine c_timed_break(producer) bind(c, name="rp_timed_break")
            import
            type(c_ptr), value :: producer
        end subroutine
        subroutine c_uniform_push(producer, y) bind(c, name="rp_uniform_push_")
            import
            type(c_ptr), value :: producer
            real(c_float), value :: y
        end subroutine
        subroutine c_uniform_slice(producer, y, count) bind(c, name="rp_uniform_push_slice")
            import
            type(c_ptr), value :: producer
            real(c_float), intent(in) :: y(*)
            integer(c_size_t), value :: count
        end subroutine
        subroutine c_uniform_break(producer) bind(c, name="rp_uniform_break")
            import
            type(c_ptr), value :: producer
        end subroutine
        subroutine c_xy_push(producer, x, y) bind(c, name="rp_xy_push_")
            import
            type(c_ptr), value :: producer
            real(c_float), value :: x, y
        end subroutine
        subroutine c_xy_slice(producer, points, count) bind(c, name="rp_xy_push_slice_")
            import
            type(c_ptr), value :: producer
            type(rp_point), intent(in) :: points(*)
            integer(c_size_t), value :: count
        end subroutine
        subroutine c_xy_break(producer) bind(c, name="rp_xy_break")
            import
            type(c_ptr), value :: producer
        end subroutine
        subroutine c_snapshot_update(producer, t, curve, count) bind(c, name="rp_snapshot_update")
            import
            type(c_ptr), value :: producer
            real(c_double), value :: t
            type(rp_point), intent(in) :: curve(*)
            integer(c_size_t), value :: count
        end subroutine
        subroutine c_events_emit(producer, t, text, length) bind(c, name="rp_events_emit_bytes")
            import
            type(c_ptr), value :: producer
            real(c_double), value :: t
            character(kind=c_char), intent(in) :: text(*)
            integer(c_size_t), value :: length
        end subroutine
        subroutine c_close(producer) bind(c, name="rp_close")
            import
            type(c_ptr), value :: producer
        end subroutine
        subroutine c_finish(producer) bind(c, name="rp_finish")
            import
            type(c_ptr), value :: producer
        end subroutine
        subroutine c_clear(producer) bind(c, name="rp_clear")
            import
            type(c_ptr), value :: producer
        end subroutine
        integer(c_int64_t) function c_produced(producer) bind(c, name="rp_produced")
            import
            type(c_ptr), value :: producer
        end function
        integer(c_int) function c_open_viewer(viewer) bind(c, name="rp_open_viewer")
            import
            type(c_ptr), value :: viewer
        end function
        type(c_ptr) function c_error() bind(c, name="rp_error")
            import
        end function
        integer(c_size_t) function c_strlen(text) bind(c, name="strlen")
            import
            type(c_ptr), value :: text
        end function
    end interface

contains

    !> What the last call that failed has to say: what is wrong, and what to do.
    function rp_error() result(text)
        character(len=:), allocatable :: text
        character(kind=c_char), pointer :: bytes(:)
        integer :: i, length
        length = int(c_strlen(c_error()))
        call c_f_pointer(c_error(), bytes, [length])
        allocate (character(len=length) :: text)
        do i = 1, length
            text(i:i) = bytes(i)
        end do
    end function

    !> Opens a window, in a process of its own, on all streams of this program. `code` may be ignored.
    subroutine rp_open_viewer(code)
        integer, intent(out), optional :: code
        integer :: opened
        opened = c_open_viewer(c_null_ptr)
        if (present(code)) code = opened
    end subroutine

    !> Tells the code, or ends the program.
    subroutine check(made, code)
        integer(c_int), intent(in) :: made
        integer, intent(out), optional :: code
        if (present(code)) then
            code = made
        else if (made /= 0) then
            error stop rp_error()
        end if
    end subroutine

    !> A text of C; empty where there is none.
    function text_of(text) result(bytes)
        character(len=*), intent(in), optional :: text
        character(len=:), allocatable :: bytes
        if (present(text)) then
            bytes = trim(text)//c_null_char
        else
            bytes = c_null_char
        end if
    end function

    function options_of(label, x_unit, y_unit, capacity, y_offset) result(options)
        character(len=*), intent(in), target :: label, x_unit, y_unit
        integer(int64), intent(in), optional :: capacity
        real(real64), intent(in), optional :: y_offset
        type(options_t) :: options
        options%label = c_loc(label)
        options%x_unit = c_loc(x_unit)
        options%y_unit = c_loc(y_unit)
        if (present(capacity)) options%capacity = capacity
        if (present(y_offset)) options%y_offset = y_offset
    end function

    subroutine timed_create(self, name, label, x_unit, y_unit, capacity, y_offset, code)
        class(rp_timed), intent(inout) :: self
        character(len=*), intent(in) :: name
        character(len=*), intent(in), optional :: label, x_unit, y_unit
        integer(int64), intent(in), optional :: capacity
        real(real64), intent(in), optional :: y_offset
        integer, intent(out), optional :: code
        character(len=:), allocatable, target :: l, x, y
        l = text_of(label)
        x = text_of(x_unit)
        y = text_of(y_unit)
        call check(c_timed_create(trim(name)//c_null_char, options_of(l, x, y, capacity, y_offset), self%handle), code)
    end subroutine

    !> `rate` in samples a second, from `t0` in seconds.
    subroutine uniform_create(self, name, t0, rate, label, x_unit, y_unit, capacity, y_offset, code)
        class(rp_uniform), intent(inout) :: self
        character(len=*), intent(in) :: name
        real(real64), intent(in) :: t0, rate
        character(len=*), intent(in), optional :: label, x_unit, y_unit
        integer(int64), intent(in), optional :: capacity
        real(real64), intent(in), optional :: y_offset
        integer, intent(out), optional :: code
        character(len=:), allocatable, target :: l, x, y
        l = text_of(label)
        x = text_of(x_unit)
        y = text_of(y_unit)
        call check(c_uniform_create(trim(name)//c_null_char, options_of(l, x, y, capacity, y_offset), t0, rate, &
                                    self%handle), code)
    end subroutine

    subroutine xy_create(self, name, label, x_unit, y_unit, capacity, y_offset, code)
        class(rp_xy), intent(inout) :: self
        character(len=*), intent(in) :: name
        character(len=*), intent(in), optional :: label, x_unit, y_unit
        integer(int64), intent(in), optional :: capacity
        real(real64), intent(in), optional :: y_offset
        integer, intent(out), optional :: code
        character(len=:), allocatable, target :: l, x, y
        l = text_of(label)
        x = text_of(x_unit)
        y = text_of(y_unit)
        call check(c_xy_create(trim(name)//c_null_char, options_of(l, x, y, capacity, y_offset), self%handle), code)
    end subroutine

    !> Curves of at most `longest` points.
    subroutine snapshot_create(self, name, longest, label, x_unit, y_unit, code)
        class(rp_snapshot), intent(inout) :: self
        character(len=*), intent(in) :: name
        integer, intent(in) :: longest
        character(len=*), intent(in), optional :: label, x_unit, y_unit
        integer, intent(out), optional :: code
        character(len=:), allocatable, target :: l, x, y
        l = text_of(label)
        x = text_of(x_unit)
        y = text_of(y_unit)
        call check(c_snapshot_create(trim(name)//c_null_char, options_of(l, x, y), int(longest, c_int32_t), self%handle), &
                   code)
    end subroutine

    subroutine events_create(self, name, code)
        class(rp_events), intent(inout) :: self
        character(len=*), intent(in) :: name
        integer, intent(out), optional :: code
        type(options_t) :: options
        call check(c_events_create(trim(name)//c_null_char, options, self%handle), code)
    end subroutine

    subroutine timed_push(self, t, y)
        class(rp_timed), intent(in) :: self
        real(real64), intent(in) :: t
        real(real32), intent(in) :: y
        call c_timed_push(self%handle, t, y)
    end subroutine

    subroutine timed_push_double(self, t, y)
        class(rp_timed), intent(in) :: self
        real(real64), intent(in) :: t, y
        call c_timed_push(self%handle, t, real(y, c_float))
    end subroutine

    subroutine timed_slice(self, t, y)
        class(rp_timed), intent(in) :: self
        real(real64), intent(in), contiguous :: t(:)
        real(real32), intent(in), contiguous :: y(:)
        call c_timed_slice(self%handle, t, y, int(min(size(t), size(y)), c_size_t))
    end subroutine

    subroutine timed_slice_double(self, t, y)
        class(rp_timed), intent(in) :: self
        real(real64), intent(in), contiguous :: t(:), y(:)
        real(c_float) :: part(256)
        integer :: at, n, length
        length = min(size(t), size(y))
        do at = 1, length, size(part)
            n = min(size(part), length - at + 1)
            part(:n) = real(y(at:at + n - 1), c_float)
            call c_timed_slice(self%handle, t(at:at + n - 1), part, int(n, c_size_t))
        end do
    end subroutine

    subroutine timed_break(self)
        class(rp_timed), intent(in) :: self
        call c_timed_break(self%handle)
    end subroutine

    subroutine uniform_push(self, y)
        class(rp_uniform), intent(in) :: self
        real(real32), intent(in) :: y
        call c_uniform_push(self%handle, y)
    end subroutine

    subroutine uniform_push_double(self, y)
        class(rp_uniform), intent(in) :: self
        real(real64), intent(in) :: y
        call c_uniform_push(self%handle, real(y, c_float))
    end subroutine

    subroutine uniform_slice(self, y)
        class(rp_uniform), intent(in) :: self
        real(real32), intent(in), contiguous :: y(:)
        call c_uniform_slice(self%handle, y, int(size(y), c_size_t))
    end subroutine

    subroutine uniform_slice_double(self, y)
        class(rp_uniform), intent(in) :: self
        real(real64), intent(in), contiguous :: y(:)
        real(c_float) :: part(256)
        integer :: at, n
        do at = 1, size(y), size(part)
            n = min(size(part), size(y) - at + 1)
            part(:n) = real(y(at:at + n - 1), c_float)
            call c_uniform_slice(self%handle, part, int(n, c_size_t))
        end do
    end subroutine

    subroutine uniform_break(self)
        class(rp_uniform), intent(in) :: self
        call c_uniform_break(self%handle)
    end subroutine

    subroutine xy_push(self, x, y)
        class(rp_xy), intent(in) :: self
        real(real32), intent(in) :: x, y
        call c_xy_push(self%handle, x, y)
    end subroutine

    subroutine xy_push_double(self, x, y)
        class(rp_xy), intent(in) :: self
        real(real64), intent(in) :: x, y
        call c_xy_push(self%handle, real(x, c_float), real(y, c_float))
    end subroutine

    subroutine xy_slice(self, points)
        class(rp_xy), intent(in) :: self
        type(rp_point), intent(in), contiguous :: points(:)
        call c_xy_slice(self%handle, points, int(size(points), c_size_t))
    end subroutine

    subroutine xy_break(self)
        class(rp_xy), intent(in) :: self
        call c_xy_break(self%handle)
    end subroutine

    !> Publishes a whole curve for time t.
    subroutine snapshot_update(self, t, curve)
        class(rp_snapshot), intent(in) :: self
        real(real64), intent(in) :: t
        type(rp_point), intent(in), contiguous :: curve(:)
        call c_snapshot_update(self%handle, t, curve, int(size(curve), c_size_t))
    end subroutine

    !> Publishes a text of key=value lines for time t; blanks at its end are left out.
    subroutine events_emit(self, t, text)
        class(rp_events), intent(in) :: self
        real(real64), intent(in) :: t
        character(len=*), intent(in) :: text
        call c_events_emit(self%handle, t, text, int(len_trim(text), c_size_t))
    end subroutine

    subroutine close_stream(self)
        class(rp_producer), intent(inout) :: self
        call c_close(self%handle)
        self%handle = c_null_ptr
    end subroutine

    subroutine finish_stream(self)
        class(rp_producer), intent(inout) :: self
        call c_finish(self%handle)
        self%handle = c_null_ptr
    end subroutine

    subroutine clear_stream(self)
        class(rp_producer), intent(in) :: self
        call c_clear(self%handle)
    end subroutine

    integer(int64) function written_stream(self)
        class(rp_producer), intent(in) :: self
        written_stream = c_produced(self%handle)
    end function
end module
