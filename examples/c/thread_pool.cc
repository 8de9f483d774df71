// A pool of threads in C++17, each with a stream of its own, and a histogram of all in one.
//
//     g++ -O2 -std=c++17 -pthread -I include examples/c/thread_pool.cc -o thread_pool && ./thread_pool
//
// One writer a stream: threads that want to be seen together push into a stream each. Every thread estimates pi by throwing
// darts. `./thread_pool 2` ends after two seconds.
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <random>
#include <thread>

namespace {

using clock_type = std::chrono::steady_clock;

double seconds_since(clock_type::time_point begun) {
    return std::chrono::duration<double>(clock_type::now() - begun).count();
}

// Throws darts, and pushes what it makes of pi after each thousand.
void work(ringplot::timed stream, unsigned seed, double end, clock_type::time_point begun, std::atomic<double> &newest) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> along(-1.0, 1.0);
    unsigned long hits = 0, thrown = 0;
    for (double t = 0; t < end; t = seconds_since(begun)) {
        for (int i = 0; i < 1000; i++) {
            double x = along(random), y = along(random);
            hits += x * x + y * y < 1.0;
        }
        thrown += 1000;
        newest = 4.0 * static_cast<double>(hits) / static_cast<double>(thrown);
        stream.push(t, static_cast<float>(newest - 3.141592653589793));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
} // The stream closes here.

int run(double end) {
    constexpr unsigned THREADS = 4;
    ringplot::options of_thread{}, of_spread{};
    of_thread.y_offset = of_spread.y_offset = 3.141592653589793; // What is pushed are differences to pi.
    of_thread.group = "pi";
    of_thread.x_unit = "s";
    of_spread.style = RP_POINTS;
    ringplot::snapshot spread("pool/spread", THREADS, of_spread);
    std::atomic<double> newest[THREADS] = {};
    std::vector<std::thread> pool;
    auto begun = clock_type::now();
    for (unsigned i = 0; i < THREADS; i++) {
        ringplot::timed stream("pool/" + std::to_string(i), of_thread);
        pool.emplace_back(work, std::move(stream), i + 1, end, begun, std::ref(newest[i]));
    }
    rp_open_viewer(nullptr);
    for (double t = 0; t < end; t = seconds_since(begun)) {
        ringplot::point curve[THREADS];
        for (unsigned i = 0; i < THREADS; i++)
            curve[i] = {static_cast<float>(i), static_cast<float>(newest[i] - 3.141592653589793)};
        spread.update(t, curve, THREADS);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    for (std::thread &thread : pool)
        thread.join();
    return 0;
}

} // namespace

int main(int count, char **args) {
    try {
        return run(count > 1 ? std::atof(args[1]) : 60.0);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "thread_pool: %s\n", error.what());
        return 1;
    }
}
