/*
 * Preloaded into a process it counts the calls that change files under a folder, and does one of them harm.
 *
 *   FAULTS_FOLDER  absolute path; only files in it count
 *   FAULTS_COUNT   a file of eight bytes that holds the number of calls so far, also after a SIGKILL
 *   FAULTS_KIND    none | error | full | short | kill | torn | stop
 *   FAULTS_AT      the call, from 1 on, that is harmed; for full, the first one
 *   FAULTS_IMAGE   the file behind the file system of the folder, and
 *   FAULTS_FLUSHED where it is copied to after every flush: what a drive has for certain when the power goes
 *
 * error: the call fails once with EIO. full: from there on whatever takes space fails with ENOSPC. short: a write takes
 * half of its bytes, which is no error. kill: the process dies before the call. torn: it dies in the middle of it. stop: it
 * stops before the call, until somebody sends SIGCONT.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { NONE, ERROR, FULL, SHORT, KILL, TORN, STOP };

static long *counter;
static long at;
static enum kind kind;
static char folder[PATH_MAX];
static size_t folder_length;

#define REAL(result, name, ...) \
    static result (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = (result (*)(__VA_ARGS__)) dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    static const char *const words[] = {"none", "error", "full", "short", "kill", "torn", "stop"};
    const char *where = getenv("FAULTS_FOLDER"), *count = getenv("FAULTS_COUNT");
    const char *what = getenv("FAULTS_KIND"), *when = getenv("FAULTS_AT");
    if (!where || !count) return;
    strncpy(folder, where, sizeof folder - 1);
    folder_length = strlen(folder);
    for (int i = 0; what && i < 7; i++) if (!strcmp(what, words[i])) kind = (enum kind) i;
    at = when ? atol(when) : 0;
    int fd = open(count, O_RDWR);
    if (fd < 0) return;
    void *page = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (page != MAP_FAILED) counter = page;
}

static int named(const char *path) {
    return counter && path && !strncmp(path, folder, folder_length)
        && (path[folder_length] == '/' || path[folder_length] == 0);
}

static int held(int fd) {
    char link[64], path[PATH_MAX];
    if (!counter) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return named(path);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts a call; 1 if it fails, with errno set. */
static int fails(int takes_space, int is_write) {
    long n = __sync_add_and_fetch(counter, 1);
    if (kind == FULL && n >= at && takes_space) { errno = ENOSPC; return 1; }
    if (n != at) return 0;
    if (kind == ERROR) { errno = EIO; return 1; }
    if (kind == STOP) kill(getpid(), SIGSTOP);
    if (kind == KILL || (kind == TORN && !is_write)) die();
    return 0;
}

static int harmed(void) { return *counter == at && (kind == SHORT || kind == TORN); }

static size_t half(size_t count) { return count < 2 ? count : count / 2; }


ssize_t pwrite64(int fd, const void *from, size_t count, off64_t to) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    if (held(fd)) {
        if (fails(1, 1)) return -1;
        if (harmed()) {
            ssize_t done = real_pwrite64(fd, from, half(count), to);
            if (kind == TORN) die();
            return done;
        }
    }
    return real_pwrite64(fd, from, count, to);
}

ssize_t pwrite(int fd, const void *from, size_t count, off_t to) { return pwrite64(fd, from, count, to); }

ssize_t write(int fd, const void *from, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (held(fd)) {
        if (fails(1, 1)) return -1;
        if (harmed()) {
            ssize_t done = real_write(fd, from, half(count));
            if (kind == TORN) die();
            return done;
        }
    }
    return real_write(fd, from, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (held(fd)) {
        if (fails(1, 1)) return -1;
        if (harmed()) {
            ssize_t done = real_writev(fd, parts, count > 1 ? count / 2 : count);
            if (kind == TORN) die();
            return done;
        }
    }
    return real_writev(fd, parts, count);
}

#define ON_FD(name, space, params, call) \
    int name params { if (held(fd) && fails(space, 0)) return -1; return call; }
#define ON_PATH(name, space, params, call) \
    int name params { if (named(path) && fails(space, 0)) return -1; return call; }

static int call_ftruncate(int fd, off64_t length) { REAL(int, ftruncate64, int, off64_t); return real_ftruncate64(fd, length); }
ON_FD(ftruncate64, 1, (int fd, off64_t length), call_ftruncate(fd, length))
ON_FD(ftruncate, 1, (int fd, off_t length), call_ftruncate(fd, length))
static int call_fsync(int fd) { REAL(int, fsync, int); return real_fsync(fd); }
/* Copies what the image holds now. */
static void keep_flushed(void) {
    static int busy;
    static char bytes[1 << 20];
    const char *from = getenv("FAULTS_IMAGE"), *to = getenv("FAULTS_FLUSHED");
    if (!from || !to) return;
    while (__sync_lock_test_and_set(&busy, 1)) usleep(100);
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY);
    off_t at = 0, end;
    while (in >= 0 && out >= 0 && (at = lseek(in, at, SEEK_DATA)) >= 0 && (end = lseek(in, at, SEEK_HOLE)) > at) {
        while (at < end) {
            ssize_t count = pread(in, bytes, (size_t) (end - at) < sizeof bytes ? (size_t) (end - at) : sizeof bytes, at);
            if (count <= 0 || pwrite(out, bytes, (size_t) count, at) != count) abort();
            at += count;
        }
    }
    if (in >= 0) close(in);
    if (out >= 0) close(out);
    __sync_lock_release(&busy);
}

static int kept(int fd, int result) {
    if (!result && held(fd)) keep_flushed();
    return result;
}

ON_FD(fsync, 0, (int fd), kept(fd, call_fsync(fd)))
static int call_fdatasync(int fd) { REAL(int, fdatasync, int); return real_fdatasync(fd); }
ON_FD(fdatasync, 0, (int fd), kept(fd, call_fdatasync(fd)))
static int call_fallocate(int fd, int mode, off64_t from, off64_t length) {
    REAL(int, fallocate64, int, int, off64_t, off64_t);
    return real_fallocate64(fd, mode, from, length);
}
ON_FD(fallocate64, 1, (int fd, int mode, off64_t from, off64_t length), call_fallocate(fd, mode, from, length))
ON_FD(fallocate, 1, (int fd, int mode, off_t from, off_t length), call_fallocate(fd, mode, from, length))

static int call_unlink(const char *path) { REAL(int, unlink, const char *); return real_unlink(path); }
ON_PATH(unlink, 0, (const char *path), call_unlink(path))
static int call_rmdir(const char *path) { REAL(int, rmdir, const char *); return real_rmdir(path); }
ON_PATH(rmdir, 0, (const char *path), call_rmdir(path))
static int call_mkdir(const char *path, mode_t mode) { REAL(int, mkdir, const char *, mode_t); return real_mkdir(path, mode); }
ON_PATH(mkdir, 1, (const char *path, mode_t mode), call_mkdir(path, mode))
static int call_rename(const char *path, const char *to) { REAL(int, rename, const char *, const char *); return real_rename(path, to); }
ON_PATH(rename, 0, (const char *path, const char *to), call_rename(path, to))
static int call_chmod(const char *path, mode_t mode) { REAL(int, chmod, const char *, mode_t); return real_chmod(path, mode); }
ON_PATH(chmod, 0, (const char *path, mode_t mode), call_chmod(path, mode))

static int mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0; }

int open64(const char *path, int flags, ...) {
    REAL(int, open64, const char *, int, ...);
    va_list rest;
    va_start(rest, flags);
    int mode = mode_of(flags, rest);
    va_end(rest);
    if ((flags & (O_CREAT | O_TRUNC)) && named(path) && fails(1, 0)) return -1;
    return real_open64(path, flags, mode);
}

int openat64(int fd, const char *path, int flags, ...) {
    REAL(int, openat64, int, const char *, int, ...);
    va_list rest;
    va_start(rest, flags);
    int mode = mode_of(flags, rest);
    va_end(rest);
    if ((flags & (O_CREAT | O_TRUNC)) && (named(path) || held(fd)) && fails(1, 0)) return -1;
    return real_openat64(fd, path, flags, mode);
}

int unlinkat(int fd, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    if ((named(path) || held(fd)) && fails(0, 0)) return -1;
    return real_unlinkat(fd, path, flags);
}

int renameat(int fd, const char *path, int to_fd, const char *to) {
    REAL(int, renameat, int, const char *, int, const char *);
    if ((named(path) || held(fd)) && fails(0, 0)) return -1;
    return real_renameat(fd, path, to_fd, to);
}
