/* The calls of Linux that Swift's Glibc module does not show, one thin function each; no logic. */
#ifndef BAYPLAN_CSYSTEM_H
#define BAYPLAN_CSYSTEM_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

/* accept4(2) with SOCK_CLOEXEC and SOCK_NONBLOCK. */
int bayplan_accept(int listener, struct sockaddr *_Nullable peer, socklen_t *_Nullable length);

/* pipe2(2) with O_CLOEXEC. */
int bayplan_pipe(int ends[_Nonnull 2]);

/* getrandom(2). */
ssize_t bayplan_random(void *_Nonnull buffer, size_t length);

/* pidfd_open(2); the result is close-on-exec. */
int bayplan_pidfd(pid_t process);

/* strerror_r(3), the GNU form; writes a terminated text. */
void bayplan_error_text(int number, char *_Nonnull buffer, size_t length);

/* flock(2): exclusive, without waiting. */
int bayplan_lock(int descriptor);

/* statvfs(3): bytes an unprivileged process may still write, or -1. */
long long bayplan_free_space(const char *_Nonnull path);

/* ioctl(2) TIOCGWINSZ: columns of a terminal, or -1. */
int bayplan_terminal_columns(int descriptor);

/* posix_spawn_file_actions_addclosefrom_np(3); the argument is a posix_spawn_file_actions_t. */
int bayplan_spawn_closes_from(void *_Nonnull actions, int lowest);

/* The environment of this process, as environ(7). */
char *_Nullable *_Nullable bayplan_environment(void);

/* sysinfo(2): bytes of memory that the machine has, or -1. */
long long bayplan_machine_memory(void);

/* mallopt(3): all threads allocate from one heap, whose free end goes back to the system from 128 KiB on. */
void bayplan_one_heap(void);

/* malloc_trim(3): gives free pages of the heap back to the system. */
void bayplan_trim_heap(void);

/* dl_iterate_phdr(3), madvise(2): unmaps the pages of the program and its libraries; those that are used come back from
   the file cache, those that only starting needed don't. */
void bayplan_release_program(void);

#endif
