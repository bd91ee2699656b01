# The attacks are written with the plain calls.
# ruff: noqa: PTH101, PTH102, PTH104, PTH107, PTH116, PTH123, PTH208, PTH211, S108, ARG002
"""A submission that reaches for everything outside it, one surface after the other, and says what it got.

It is copied into a team's folder with `targets.json` beside it, and prints one letter a surface, in the order of
`SURFACES`: `o` it was open, `d` it was denied, `?` something else (its name and errno follow). What protects a surface
stands beside it; where several do, each alone suffices.
"""

import ctypes
import errno
import fcntl
import json
import os
import resource
import signal
import socket
import subprocess
from pathlib import Path

DENIED = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EAFNOSUPPORT, errno.EOPNOTSUPP, errno.EXDEV)
LANDLOCK = {"files", "tcp", "scope"}  # any of its kinds makes a domain, and a domain traces nobody outside
FILES, SECCOMP, SCOPE = {"files"}, {"seccomp"}, {"scope"}
NEEDS_CAPABILITIES = set()
SURFACES = {}
KNOWN_OPEN = {"connect_pathname_socket", "stat_outside"}
# Newer kernels let CAP_PERFMON read these in spite of a Landlock domain: then only its files' rules close them.
BY_KERNEL = {"proc_parent_environ", "proc_parent_maps", "proc_decoy_environ"}
# What a kernel may be built without, or keep even from root.
MAY_BE_ABSENT = {"unusual_family", "netlink", "inet6", "packet", "set_attribute_outside", "set_flags_outside"} | {
    "call_" + name
    for name in """
        memfd_secret userfaultfd io_uring_setup bpf perf_event_open clone3 file_setattr fsopen pivot_root init_module
        finit_module kexec_load reboot swapoff syslog fanotify_init quotactl mount_setattr process_madvise
    """.split()
}


def surface(covered_by, capable=False):
    def register(function):
        SURFACES[function.__name__] = (function, frozenset(covered_by))
        if capable:
            NEEDS_CAPABILITIES.add(function.__name__)
        return function

    return register


class Targets:
    """Where things are: read in the child, so that this file can also be imported for its table."""

    def __init__(self):
        values = json.loads(Path(__file__).with_name("targets.json").read_text())
        self.root, self.decoy, self.abstract = values["root"], values["decoy"], values["abstract"]
        self.port, self.numbers = values["port"], values["numbers"]
        self.parent = os.getppid()
        self.libc = ctypes.CDLL(None, use_errno=True)

    def call(self, name, *arguments):
        """A system call as such; an error that only a permitted call can give counts as open."""
        values = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
        result = self.libc.syscall(ctypes.c_long(self.numbers[name]), *values)
        number = ctypes.get_errno()
        if result < 0 and number in DENIED:
            raise OSError(number, name)
        return result


def _forbid(condition):
    if condition:
        raise PermissionError(errno.EPERM, "no effect")


# Files.


@surface(FILES)
def read_worker_folder(t):
    Path(t.root, "worker", "keys.json").read_bytes()


@surface(FILES)
def read_labels_elsewhere(t):
    Path(t.root, "elsewhere", "labels.jsonl").read_bytes()


@surface(FILES)
def list_foreign_folder(t):
    os.listdir(t.root)


@surface(FILES)
def list_file_system(t):
    os.listdir("/")


@surface(FILES)
def list_tmp(t):
    os.listdir("/tmp")


@surface(FILES)
def run_foreign_program(t):
    subprocess.run([t.root + "/elsewhere/tool"], check=True)


@surface(FILES)
def create_outside(t):
    Path(t.root, "elsewhere", "created").write_text("x")


@surface(FILES)
def overwrite_outside(t):
    os.close(os.open(t.root + "/elsewhere/file", os.O_RDWR))


@surface(FILES)
def truncate_outside(t):
    os.truncate(t.root + "/elsewhere/file", 1)


@surface(FILES)
def make_folder_outside(t):
    os.mkdir(t.root + "/elsewhere/folder")


@surface(FILES)
def make_link_outside(t):
    os.symlink("/etc", t.root + "/elsewhere/link")


@surface(FILES)
def make_pipe_outside(t):
    os.mkfifo(t.root + "/elsewhere/pipe")


@surface(FILES)
def link_in(t):
    os.link(t.root + "/elsewhere/labels.jsonl", "linked")


@surface(FILES)
def move_out(t):
    Path("moved").write_text("x")
    os.rename("moved", t.root + "/elsewhere/moved")


@surface(FILES)
def remove_from_output(t):
    os.remove(t.root + "/output/ingestion.log")


@surface(FILES)
def change_own_source(t):
    os.close(os.open(__file__, os.O_RDWR))


@surface(FILES)
def change_library(t):
    os.close(os.open(os.__file__, os.O_RDWR))


@surface(FILES)
def read_through_own_root(t):
    Path(f"/proc/self/root{t.root}/elsewhere/labels.jsonl").read_bytes()


@surface(set())
def stat_outside(t):
    os.stat(t.root + "/elsewhere/labels.jsonl")


@surface(SECCOMP)
def change_mode_outside(t):
    os.chmod(t.root + "/elsewhere/file", 0o640)
    _forbid(os.stat(t.root + "/elsewhere/file").st_mode & 0o777 != 0o640)


@surface(SECCOMP)
def change_time_outside(t):
    os.utime(t.root + "/elsewhere/file", ns=(123, 456))
    _forbid(os.stat(t.root + "/elsewhere/file").st_mtime_ns != 456)


@surface(SECCOMP, capable=True)
def change_owner_outside(t):
    os.chown(t.root + "/elsewhere/file", 0, 12345)
    _forbid(os.stat(t.root + "/elsewhere/file").st_gid != 12345)


@surface(SECCOMP)
def set_attribute_outside(t):
    os.setxattr(t.root + "/elsewhere/file", "user.note", b"x")


@surface(SECCOMP)
def set_flags_outside(t):
    descriptor = os.open(__file__, os.O_RDONLY)
    fcntl.ioctl(descriptor, 0x40086602, (0x40).to_bytes(8, "little"))  # FS_IOC_SETFLAGS, FS_NODUMP_FL


# The parent and other processes in /proc.
def _proc(name, act, covered_by=frozenset(LANDLOCK)):
    def function(t):
        act(f"/proc/{t.parent}/{name}")

    function.__name__ = f"proc_parent_{name.replace(chr(47), chr(95))}"
    surface(covered_by, capable=covered_by is not FILES)(function)


def _read(path):
    with open(path, "rb") as stream:
        try:
            stream.read(1)
        except OSError as error:
            if error.errno != errno.EIO:  # nothing lies at address 0 of a memory that may be read
                raise


for _name in ("mem", "environ", "maps", "io"):
    _proc(_name, _read)
for _name in ("root", "cwd"):
    _proc(_name, os.listdir)
_proc("exe", os.readlink)
_proc("fd/0", os.readlink)
_proc("cmdline", _read, FILES)
_proc("status", _read, FILES)
_proc("oom_score_adj", lambda path: os.close(os.open(path, os.O_WRONLY)), FILES)


@surface(LANDLOCK)
def proc_decoy_environ(t):
    _read(f"/proc/{t.decoy}/environ")


@surface(FILES)
def list_processes(t):
    os.listdir("/proc")


@surface(FILES)
def change_kernel_setting(t):
    os.close(os.open("/proc/sys/kernel/panic", os.O_WRONLY))


# Signals, and other ways to act on a process.
@surface(SCOPE | SECCOMP)
def signal_parent(t):
    os.kill(t.parent, signal.SIGCONT)


@surface(SCOPE | SECCOMP)
def signal_parent_thread(t):
    t.call("tgkill", t.parent, t.parent, 0)


@surface(SCOPE | SECCOMP)
def signal_parent_by_descriptor(t):
    signal.pidfd_send_signal(os.pidfd_open(t.parent), 0)


@surface(SECCOMP)
def signal_everybody(t):
    os.kill(-1, 0)  # with a scope it reaches nobody outside, but the kernel reports success all the same


@surface(SCOPE)
def signal_decoy(t):
    os.kill(t.decoy, signal.SIGCONT)


@surface(SECCOMP)
def signal_by_descriptor_owner(t):
    reading, _ = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETOWN, t.decoy)


def _in_fork(act):
    pid = os.fork()
    if pid == 0:
        try:
            act()
        except OSError as error:
            os._exit(error.errno)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code:
        raise OSError(code, "in fork")


@surface(LANDLOCK | SECCOMP)
def trace_decoy(t):
    _in_fork(lambda: t.call("ptrace", 0x4206, t.decoy, 0, 0))  # PTRACE_SEIZE; it ends with the tracer


@surface(LANDLOCK | SECCOMP, capable=True)
def trace_parent(t):
    _in_fork(lambda: t.call("ptrace", 0x4206, t.parent, 0, 0))


def _vectors():
    buffer = ctypes.create_string_buffer(8)
    return (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8), (ctypes.c_size_t * 2)(8, 8)


@surface(LANDLOCK | SECCOMP)
def read_memory_of_decoy(t):
    here, there = _vectors()
    t.call("process_vm_readv", t.decoy, here, 1, there, 1, 0)


@surface(LANDLOCK | SECCOMP)
def write_memory_of_decoy(t):
    here, there = _vectors()
    t.call("process_vm_writev", t.decoy, here, 1, there, 1, 0)


@surface(LANDLOCK | SECCOMP)
def take_descriptor_of_decoy(t):
    t.call("pidfd_getfd", os.pidfd_open(t.decoy), 0, 0)


@surface(LANDLOCK | SECCOMP)
def compare_with_decoy(t):
    t.call("kcmp", os.getpid(), t.decoy, 2, 0, 0)


@surface(SECCOMP)
def limit_parent(t):
    resource.prlimit(t.parent, resource.RLIMIT_CORE)


@surface(SECCOMP)
def pin_parent(t):
    os.sched_setaffinity(t.parent, os.sched_getaffinity(t.parent))


@surface(SECCOMP)
def slow_parent(t):
    os.setpriority(os.PRIO_PROCESS, t.parent, os.getpriority(os.PRIO_PROCESS, t.parent))


@surface(SECCOMP)
def slow_group(t):
    os.setpriority(os.PRIO_PGRP, 0, os.getpriority(os.PRIO_PGRP, 0))


# Network and sockets.
@surface({"tcp", "seccomp"})
def tcp(t):
    socket.create_connection(("127.0.0.1", t.port), 5).close()


@surface(SECCOMP)
def udp(t):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", t.port))


@surface(SECCOMP)
def inet6(t):
    socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)


@surface(SECCOMP)
def netlink(t):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)


@surface(SECCOMP, capable=True)
def packet(t):
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)


@surface(SECCOMP)
def unusual_family(t):
    t.call("socket", socket.AF_ALG, socket.SOCK_SEQPACKET, 0)


@surface(SCOPE)
def connect_abstract_socket(t):
    socket.socket(socket.AF_UNIX).connect("\0" + t.abstract)


@surface(set())
def connect_pathname_socket(t):
    socket.socket(socket.AF_UNIX).connect(t.root + "/engine.sock")


# The kernel's own doors.
def _raw(name, *arguments, capable=False):
    def function(t):
        t.call(name, *arguments)

    function.__name__ = f"call_{name}"
    surface(SECCOMP, capable)(function)


_raw("io_uring_setup", 1, ctypes.create_string_buffer(256))
_raw("bpf", 0, ctypes.create_string_buffer(256), 128, capable=True)
_raw("userfaultfd", 1)
_raw("keyctl", 0, -3, 0)
_raw("add_key", b"user", b"n", b"v", 1, -2)
_raw("request_key", b"user", b"n", 0, 0)
_raw("perf_event_open", ctypes.create_string_buffer(128), 0, -1, -1, 0, capable=True)
_raw("personality", 0x0040000)
_raw("unshare", 0x10000000)
_raw("clone", 0x10000000 | 0x8000000 | 0x200, capable=True)
_raw("clone3", 0, 0)
_raw("setns", 0, 0)
_raw("mount", b"x", b"/nowhere", b"tmpfs", 0, 0, capable=True)
_raw("umount2", b"/nowhere", 0, capable=True)
_raw("fsopen", b"nothing", 0, capable=True)
_raw("open_tree", -1, b"nowhere", 0)
_raw("mount_setattr", -1, b"nowhere", 0, 0, 0, capable=True)
_raw("chroot", b"/nowhere")
_raw("pivot_root", b"/nowhere", b"/nowhere", capable=True)
_raw("name_to_handle_at", -1, b"nowhere", 0, 0, 0)
_raw("open_by_handle_at", -1, 0, 0, capable=True)


def _object(name, *arguments):
    """An object of System V that would outlive every process; removed again."""

    def function(t):
        made = t.call(name + "get", *arguments)
        getattr(t.libc, name + "ctl")(made, 0, 0)  # IPC_RMID; of semaphores the argument is their number, ignored

    function.__name__ = f"call_{name}get"
    surface(SECCOMP)(function)


_object("shm", 0, 4096, 0o1600)
_object("msg", 0, 0o1600)
_object("sem", 0, 1, 0o1600)
_raw("mq_open", b"nothing", 0, 0, 0)
_raw("memfd_secret", -1)
_raw("adjtimex", ctypes.create_string_buffer(512))
_raw("clock_settime", 0, 0, capable=True)
_raw("init_module", 0, 0, 0, capable=True)
_raw("finit_module", -1, 0, 0, capable=True)
_raw("kexec_load", 0, 0, 0, -1, capable=True)
_raw("reboot", 0, 0, 0, 0, capable=True)
_raw("swapoff", b"/nowhere", capable=True)
_raw("syslog", 10, 0, 0)
_raw("quotactl", -1, 0, 0, 0, capable=True)
_raw("fanotify_init", -1, 0, capable=True)
_raw("process_madvise", -1, 0, 0, 0, 0)
_raw("move_pages", 0, 0, 0, 0, 0, 0)
_raw("file_setattr", -1, 0, 0, 0, 0)


def letters():
    targets, report, others = Targets(), "", []
    for name, (function, _) in SURFACES.items():
        try:
            function(targets)
        except OSError as error:
            report += "d" if error.errno in DENIED else "?"
            if error.errno not in DENIED:
                others.append(f"{name}={error.errno}")
        else:
            report += "o"
    return report, others


class Submission:
    def __init__(self, folder):
        self.first = True

    def predict(self, task, language, examples):
        if len(examples) == 4 and self.first:  # in the timed run only, and once
            self.first = False
            report, others = letters()
            print("SURFACES", report, *others[:20], flush=True)
        if task == "xnli":
            return ["neutral"] * len(examples)
        return [["NOUN"] * len(example["tokens"]) for example in examples]
