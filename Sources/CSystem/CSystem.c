#define _GNU_SOURCE
#include "CSystem.h"

#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

int bayplan_accept(int listener, struct sockaddr *peer, socklen_t *length) {
    return accept4(listener, peer, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int bayplan_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

ssize_t bayplan_random(void *buffer, size_t length) {
    return getrandom(buffer, length, 0);
}

int bayplan_pidfd(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

void bayplan_error_text(int number, char *buffer, size_t length) {
    char text[256];
    snprintf(buffer, length, "%s", strerror_r(number, text, sizeof text));
}

int bayplan_lock(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB);
}

long long bayplan_free_space(const char *path) {
    struct statvfs facts;
    if (statvfs(path, &facts) != 0) {
        return -1;
    }
    return (long long)facts.f_bavail * (long long)facts.f_frsize;
}

int bayplan_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : -1;
}

int bayplan_spawn_closes_from(void *actions, int lowest) {
    return posix_spawn_file_actions_addclosefrom_np(actions, lowest);
}

char **bayplan_environment(void) {
    return environ;
}

long long bayplan_machine_memory(void) {
    struct sysinfo facts;
    if (sysinfo(&facts) != 0) {
        return -1;
    }
    return (long long)facts.totalram * (long long)facts.mem_unit;
}

void bayplan_one_heap(void) {
    mallopt(M_ARENA_MAX, 1);
    /* Otherwise both grow with the largest block that was ever freed, up to 64 MiB (mallopt(3)). */
    mallopt(M_TRIM_THRESHOLD, 128 << 10);
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
}

void bayplan_trim_heap(void) {
    malloc_trim(0);
}

/* Segments that are never written hold nothing but what lies in their file, so nothing is lost (madvise(2)). */
static int release_segments(struct dl_phdr_info *object, size_t size, void *unused) {
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)size;
    (void)unused;
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0) {
            continue;
        }
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);
        if (start < end) {
            madvise((void *)start, end - start, MADV_DONTNEED);
        }
    }
    return 0;
}

void bayplan_release_program(void) {
    dl_iterate_phdr(release_segments, NULL);
}
