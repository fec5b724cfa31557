/*
 * Preloaded into a process it counts the calls that change files under a folder, and does one of them harm.
 *
 *   FAULTS_FOLDER  absolute path; only files in it count
 *   FAULTS_CONTROL a file of 4096 bytes, shared with whoever steers: see struct control
 *   FAULTS_IMAGE   the file behind the file system of the folder, and
 *   FAULTS_FLUSHED where it is copied to after every flush: what a drive has for certain when the power goes
 *
 * error: the call fails once with EIO. full: from there on whatever takes space fails with ENOSPC. short: a write takes
 * half of its bytes, which is no error. kill: the process dies before the call. torn: it dies in the middle of it. stop: it
 * stops before the call, until somebody sends SIGCONT. gone: this call and all that follow fail with EIO and do nothing, so
 * that a process which lives on leaves what a killed one leaves. half: the same in the middle of a write.
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

enum kind { NONE, ERROR, FULL, SHORT, KILL, TORN, STOP, GONE, HALF };

/* What becomes of a call: it is made, it fails with errno set, or it is made in half. */
enum verdict { PASS, FAIL, CUT };

/* Letters for what a call does: a write, something else that takes space, or anything else. */
enum { WRITES = 'w', TAKES_SPACE = 's', OTHER = 'o' };

/* Also after a SIGKILL it tells how far the process came. */
struct control {
    long count;   /* calls so far */
    long kind;    /* of harm, by number */
    long at;      /* the call, from 1 on, that is harmed; for full, the first one */
    long hit;     /* 1 once a call was harmed */
    long gone;    /* 1 once no call has an effect */
    char pad[24];
    char letters[4096 - 64];
};

static volatile struct control *control;
static char folder[PATH_MAX];
static size_t folder_length;

#define REAL(result, name, ...) \
    static result (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = (result (*)(__VA_ARGS__)) dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("FAULTS_FOLDER"), *steered = getenv("FAULTS_CONTROL");
    if (!where || !steered) return;
    strncpy(folder, where, sizeof folder - 1);
    folder_length = strlen(folder);
    int fd = open(steered, O_RDWR);
    if (fd < 0) return;
    void *page = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (page != MAP_FAILED) control = page;
}

static int named(const char *path) {
    return control && path && !strncmp(path, folder, folder_length)
        && (path[folder_length] == '/' || path[folder_length] == 0);
}

static int held(int fd) {
    char link[64], path[PATH_MAX];
    if (!control) return 0;
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

/* Counts a call, and says what becomes of it. */
static enum verdict judge(char letter) {
    long n = __sync_add_and_fetch(&control->count, 1);
    enum kind kind = (enum kind) control->kind;
    if (n <= (long) sizeof control->letters) control->letters[n - 1] = letter;
    if (control->gone) { errno = EIO; return FAIL; }
    if (kind == FULL && n >= control->at && letter != OTHER) { control->hit = 1; errno = ENOSPC; return FAIL; }
    if (n != control->at || kind == NONE || kind == FULL) return PASS;
    if ((kind == SHORT || kind == HALF) && letter != WRITES) return PASS;
    control->hit = 1;
    switch (kind) {
        case ERROR: errno = EIO; return FAIL;
        case GONE: control->gone = 1; errno = EIO; return FAIL;
        case STOP: kill(getpid(), SIGSTOP); return PASS;
        case KILL: die(); return PASS;
        case TORN: if (letter != WRITES) die(); return CUT;
        default: return CUT;
    }
}

/* Ends a write that was made in half. */
static ssize_t cut(ssize_t done) {
    if (control->kind == TORN) die();
    if (control->kind != HALF) return done;
    control->gone = 1;
    errno = EIO;
    return -1;
}

/* Up to the end of a sector, where there is one on the way: no store tears sectors. */
static size_t half(off64_t at, size_t count) {
    off64_t end = (at + (off64_t) count / 2) & ~(off64_t) 511;
    return end > at ? (size_t) (end - at) : (count + 1) / 2;
}

static off64_t place(int fd) { return lseek64(fd, 0, SEEK_CUR); }

ssize_t pwrite64(int fd, const void *from, size_t count, off64_t to) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    enum verdict verdict = held(fd) ? judge(WRITES) : PASS;
    if (verdict == FAIL) return -1;
    if (verdict == CUT) return cut(real_pwrite64(fd, from, half(to, count), to));
    return real_pwrite64(fd, from, count, to);
}

ssize_t pwrite(int fd, const void *from, size_t count, off_t to) { return pwrite64(fd, from, count, to); }

ssize_t write(int fd, const void *from, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    enum verdict verdict = held(fd) ? judge(WRITES) : PASS;
    if (verdict == FAIL) return -1;
    if (verdict == CUT) return cut(real_write(fd, from, half(place(fd), count)));
    return real_write(fd, from, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    enum verdict verdict = held(fd) ? judge(WRITES) : PASS;
    if (verdict == FAIL) return -1;
    if (verdict == CUT) return cut(real_writev(fd, parts, count > 1 ? count / 2 : count));
    return real_writev(fd, parts, count);
}

ssize_t sendfile64(int fd, int in, off64_t *at, size_t count) {
    REAL(ssize_t, sendfile64, int, int, off64_t *, size_t);
    enum verdict verdict = held(fd) ? judge(WRITES) : PASS;
    if (verdict == FAIL) return -1;
    if (verdict == CUT) return cut(real_sendfile64(fd, in, at, half(place(fd), count)));
    return real_sendfile64(fd, in, at, count);
}

ssize_t sendfile(int fd, int in, off_t *at, size_t count) { return sendfile64(fd, in, at, count); }

ssize_t copy_file_range(int in, off64_t *from, int fd, off64_t *to, size_t count, unsigned flags) {
    REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
    enum verdict verdict = held(fd) ? judge(WRITES) : PASS;
    if (verdict == FAIL) return -1;
    if (verdict == CUT) return cut(real_copy_file_range(in, from, fd, to, half(to ? *to : place(fd), count), flags));
    return real_copy_file_range(in, from, fd, to, count, flags);
}

#define ON_FD(name, letter, params, call) \
    int name params { if (held(fd) && judge(letter) == FAIL) return -1; return call; }
#define ON_PATH(name, letter, params, call) \
    int name params { if (named(path) && judge(letter) == FAIL) return -1; return call; }

static int call_ftruncate(int fd, off64_t length) { REAL(int, ftruncate64, int, off64_t); return real_ftruncate64(fd, length); }
ON_FD(ftruncate64, TAKES_SPACE, (int fd, off64_t length), call_ftruncate(fd, length))
ON_FD(ftruncate, TAKES_SPACE, (int fd, off_t length), call_ftruncate(fd, length))
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

ON_FD(fsync, OTHER, (int fd), kept(fd, call_fsync(fd)))
static int call_fdatasync(int fd) { REAL(int, fdatasync, int); return real_fdatasync(fd); }
ON_FD(fdatasync, OTHER, (int fd), kept(fd, call_fdatasync(fd)))
static int call_fallocate(int fd, int mode, off64_t from, off64_t length) {
    REAL(int, fallocate64, int, int, off64_t, off64_t);
    return real_fallocate64(fd, mode, from, length);
}
ON_FD(fallocate64, TAKES_SPACE, (int fd, int mode, off64_t from, off64_t length), call_fallocate(fd, mode, from, length))
ON_FD(fallocate, TAKES_SPACE, (int fd, int mode, off_t from, off_t length), call_fallocate(fd, mode, from, length))

static int call_unlink(const char *path) { REAL(int, unlink, const char *); return real_unlink(path); }
ON_PATH(unlink, OTHER, (const char *path), call_unlink(path))
static int call_rmdir(const char *path) { REAL(int, rmdir, const char *); return real_rmdir(path); }
ON_PATH(rmdir, OTHER, (const char *path), call_rmdir(path))
static int call_mkdir(const char *path, mode_t mode) { REAL(int, mkdir, const char *, mode_t); return real_mkdir(path, mode); }
ON_PATH(mkdir, TAKES_SPACE, (const char *path, mode_t mode), call_mkdir(path, mode))
static int call_rename(const char *path, const char *to) { REAL(int, rename, const char *, const char *); return real_rename(path, to); }
ON_PATH(rename, OTHER, (const char *path, const char *to), call_rename(path, to))
static int call_chmod(const char *path, mode_t mode) { REAL(int, chmod, const char *, mode_t); return real_chmod(path, mode); }
ON_PATH(chmod, OTHER, (const char *path, mode_t mode), call_chmod(path, mode))

static int call_fchmod(int fd, mode_t mode) { REAL(int, fchmod, int, mode_t); return real_fchmod(fd, mode); }
ON_FD(fchmod, OTHER, (int fd, mode_t mode), call_fchmod(fd, mode))
static int call_fchown(int fd, uid_t user, gid_t group) { REAL(int, fchown, int, uid_t, gid_t); return real_fchown(fd, user, group); }
ON_FD(fchown, OTHER, (int fd, uid_t user, gid_t group), call_fchown(fd, user, group))
static int call_chown(const char *path, uid_t user, gid_t group) { REAL(int, chown, const char *, uid_t, gid_t); return real_chown(path, user, group); }
ON_PATH(chown, OTHER, (const char *path, uid_t user, gid_t group), call_chown(path, user, group))
static int call_lchown(const char *path, uid_t user, gid_t group) { REAL(int, lchown, const char *, uid_t, gid_t); return real_lchown(path, user, group); }
ON_PATH(lchown, OTHER, (const char *path, uid_t user, gid_t group), call_lchown(path, user, group))
static int call_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags) {
    REAL(int, fsetxattr, int, const char *, const void *, size_t, int);
    return real_fsetxattr(fd, name, value, size, flags);
}
ON_FD(fsetxattr, TAKES_SPACE, (int fd, const char *name, const void *value, size_t size, int flags),
    call_fsetxattr(fd, name, value, size, flags))

static int mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0; }

int open64(const char *path, int flags, ...) {
    REAL(int, open64, const char *, int, ...);
    va_list rest;
    va_start(rest, flags);
    int mode = mode_of(flags, rest);
    va_end(rest);
    if ((flags & (O_CREAT | O_TRUNC)) && named(path) && judge(TAKES_SPACE) == FAIL) return -1;
    return real_open64(path, flags, mode);
}

int openat64(int fd, const char *path, int flags, ...) {
    REAL(int, openat64, int, const char *, int, ...);
    va_list rest;
    va_start(rest, flags);
    int mode = mode_of(flags, rest);
    va_end(rest);
    if ((flags & (O_CREAT | O_TRUNC)) && (named(path) || held(fd)) && judge(TAKES_SPACE) == FAIL) return -1;
    return real_openat64(fd, path, flags, mode);
}

int unlinkat(int fd, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    if ((named(path) || held(fd)) && judge(OTHER) == FAIL) return -1;
    return real_unlinkat(fd, path, flags);
}

int renameat(int fd, const char *path, int to_fd, const char *to) {
    REAL(int, renameat, int, const char *, int, const char *);
    if ((named(path) || held(fd)) && judge(OTHER) == FAIL) return -1;
    return real_renameat(fd, path, to_fd, to);
}
