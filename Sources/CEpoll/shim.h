/* epoll(7) and eventfd(2), which Swift's Glibc module does not show. */
#ifndef CEPOLL_SHIM_H
#define CEPOLL_SHIM_H
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static inline int bayplan_epoll_control(int poller, int verb, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = { .events = events, .data = { .u64 = token } };
    return epoll_ctl(poller, verb, descriptor, &event);
}

/* struct epoll_event is packed on x86-64, which Swift cannot express: read it here. */
static inline uint64_t bayplan_epoll_token(const struct epoll_event *_Nonnull events, int index) {
    return events[index].data.u64;
}

static inline uint32_t bayplan_epoll_events(const struct epoll_event *_Nonnull events, int index) {
    return events[index].events;
}
#endif
