/* Write down what a process does to the files of one folder, in order: preloaded into it by power_cut.py.

   A record is: kind, file number, offset, length, and that many bytes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int files[1024], count, record_fd = -1; /* files: the number of the file that a descriptor is open on */
static const char *folder;

static void record(int kind, int file, int64_t offset, const void *data, int64_t length) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    struct { int32_t kind, file; int64_t offset, length; } head = {kind, file, offset, length};
    if (real(record_fd, &head, sizeof head) != sizeof head) abort();
    if (length && real(record_fd, data, length) != length) abort();
}

__attribute__((constructor)) static void start(void) {
    folder = getenv("RECORDED_FOLDER");
    if (folder) record_fd = open(getenv("RECORD"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int ours(int fd) { return record_fd >= 0 && fd >= 0 && fd < 1024 ? files[fd] : 0; }

static int in_folder(const char *path) { return record_fd >= 0 && path && !strncmp(path, folder, strlen(folder)); }

static int opened(int fd, const char *path, int flags) {
    if (fd < 0 || fd >= 1024 || !in_folder(path)) return fd;
    files[fd] = ++count;
    record('o', count, flags & O_TRUNC ? 1 : 0, path, strlen(path));
    return fd;
}

#define OPEN(name)                                                        \
    int name(const char *path, int flags, ...) {                          \
        static int (*real)(const char *, int, ...);                       \
        if (!real) real = dlsym(RTLD_NEXT, #name);                        \
        va_list more;                                                     \
        va_start(more, flags);                                            \
        int mode = va_arg(more, int);                                     \
        va_end(more);                                                     \
        return opened(real(path, flags, mode), path, flags);              \
    }
OPEN(open)
OPEN(open64)

#define WRITE_AT(name, Offset)                                            \
    ssize_t name(int fd, const void *data, size_t length, Offset offset) {\
        static ssize_t (*real)(int, const void *, size_t, Offset);        \
        if (!real) real = dlsym(RTLD_NEXT, #name);                        \
        ssize_t done = real(fd, data, length, offset);                    \
        if (ours(fd) && done > 0) record('w', files[fd], offset, data, done); \
        return done;                                                      \
    }
WRITE_AT(pwrite, off_t)
WRITE_AT(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t length) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    off_t offset = ours(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = real(fd, data, length);
    if (ours(fd) && done > 0) record('w', files[fd], offset, data, done);
    return done;
}

#define TRUNCATE(name, Offset)                                            \
    int name(int fd, Offset length) {                                     \
        static int (*real)(int, Offset);                                  \
        if (!real) real = dlsym(RTLD_NEXT, #name);                        \
        int failed = real(fd, length);                                    \
        if (ours(fd) && !failed) record('t', files[fd], length, "", 0);   \
        return failed;                                                    \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                                        \
    int name(int fd) {                                                    \
        static int (*real)(int);                                          \
        if (!real) real = dlsym(RTLD_NEXT, #name);                        \
        int failed = real(fd);                                            \
        if (ours(fd) && !failed) record('s', files[fd], 0, "", 0);        \
        return failed;                                                    \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
    static int (*real)(const char *);
    if (!real) real = dlsym(RTLD_NEXT, "unlink");
    int failed = real(path);
    if (in_folder(path) && !failed) record('u', 0, 0, path, strlen(path));
    return failed;
}

int close(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < 1024) files[fd] = 0;
    return real(fd);
}

/* What the process under test says itself, between its writes: called through ctypes. */
void note(const char *text) { record('n', 0, 0, text, strlen(text)); }
