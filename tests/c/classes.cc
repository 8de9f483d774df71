// The C++ classes: what is created is read back, moved handles close once, errors are thrown.
#include "ringplot.h"

#include <cstdio>
#include <type_traits>

static_assert(std::is_nothrow_move_constructible<ringplot::timed>::value, "");
static_assert(std::is_nothrow_move_assignable<ringplot::events>::value, "");
static_assert(!std::is_copy_constructible<ringplot::timed>::value, "");
static_assert(!std::is_copy_assignable<ringplot::consumer>::value, "");

static void need(bool is_so, const char *what) {
    if (!is_so) {
        std::printf("not so: %s\n", what);
        std::exit(1);
    }
}

static bool same(double a, double b) {
    return !(a < b) && !(a > b);
}

static void points() {
    ringplot::options options{};
    options.capacity = 1024;
    options.y_unit = "J";
    options.y_offset = 2;
    ringplot::timed first("classes/timed", options);
    ringplot::timed moved(std::move(first));
    need(first.get() == nullptr && moved.get() != nullptr, "the handle has moved");
    ringplot::consumer reader("classes/timed");
    std::vector<double> t = {0.5, 1.5, 2.5}, x;
    std::vector<float> y = {1, 2, 3}, values;
    moved.push(-0.5, 0.0f);
    moved.push(t.data(), y.data(), 3);
#if __cplusplus >= 202002L
    moved.push(t, std::span<const float>(y).first(2));
#else
    moved.push(t.data(), y.data(), 2);
#endif
    need(moved.written() == 6 && moved.capacity() == 1024, "six were written");
    need(reader.wait_for_data(5), "there is something to read");
    rp_drained drained = reader.drain(x, values, 100);
    need(drained.count == 6 && x.size() == 6 && same(x[0], -0.5) && same(x[5], 1.5) && same(double(values[5]), 2), "and read");
    need(reader.meta("y_unit") == "J" && reader.meta("label").empty() && same(reader.value(values[5]), 4), "what is said");
    need(reader.counts().received == 6 && reader.liveness() == RP_LIVE && reader.kind() == RP_TIMED, "how it is");
    try {
        ringplot::timed second("classes/timed");
        need(false, "a live name is refused");
    } catch (const ringplot::error &error) {
        need(error.code() == RP_NAME_IN_USE && std::string(error.what()).find("a live producer") == 0, error.what());
    }
    bool is_listed = false;
    for (const rp_stream &stream : ringplot::streams())
        is_listed |= std::string(stream.name) == "classes/timed" && stream.is_live;
    need(is_listed, "it is listed");
    moved.finish();
    moved.close();
    need(reader.liveness() == RP_FINISHED, "finished");
    ringplot::consumer other(std::move(reader));
    need(reader.get() == nullptr && other.liveness() == RP_FINISHED, "the reader has moved");
    ringplot::uniform uniform("classes/uniform", 10, 4, options);
    ringplot::xy xy("classes/xy", options);
    uniform.push(1);
    uniform.push(y.data(), y.size());
    uniform.push_break();
    xy.push(1, 2);
    const ringplot::point two[] = {{3, 4}, {5, 6}};
    xy.push(two, 2);
    xy.push_break();
    xy.clear();
    need(uniform.written() == 5 && xy.written() == 4, "uniform and xy");
}

static void frames() {
    ringplot::snapshot snapshot("classes/snapshot", 3);
    ringplot::events events("classes/events");
    ringplot::consumer curves("classes/snapshot"), texts("classes/events");
    const ringplot::point curve[] = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
    std::vector<ringplot::point> read;
    std::string text;
    rp_frame frame;
    snapshot.update(0.5, curve, 2);
    snapshot.update(1.5, curve, 4);
    need(snapshot.cut() == 1, "one was cut");
    need(curves.newest_curve(read, frame) && read.size() == 3 && frame.lost == 1 && same(frame.t, 1.5), "the newest");
    need(!curves.newest_curve(read, frame) && read.empty(), "and no other");
    events.emit(2, "valve=open");
    events.emit(3, std::string());
    need(texts.next_event(text, frame) && text == "valve=open" && same(frame.t, 2), "the first");
    need(texts.next_event(text, frame) && text.empty() && frame.number == 1, "the second");
    need(!texts.next_event(text, frame), "and no other");
}

int main() {
    points();
    frames();
    std::printf("all is well\n");
    return 0;
}

#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"
