package main

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"

	"sigtool/ceremony"
	"sigtool/ceremony/host"
	"sigtool/ceremony/live"
	"sigtool/internal/sandbox"
	"sigtool/internal/secret"
)

// hostRoot is the machine's "/", and machineClock its clock. Tests put others in their places.
var (
	hostRoot     = os.DirFS("/")
	machineClock = time.Now
)

// measuredMachine locks the program into memory, as far as the kernel lets this user, and returns what measures this machine as it is at
// each call. The work folder is where sheets are put in the clear for a printer, "" if nowhere. It is for a process that has hardened
// itself, and before the first secret.
func measuredMachine(workFolder string) func(checks []string) []ceremony.Finding {
	notLocked := sandbox.LockMemory()
	return func(checks []string) []ceremony.Finding { return inspectMachine(workFolder, notLocked, checks) }
}

func inspectMachine(workFolder string, notLocked error, checks []string) []ceremony.Finding {
	var core unix.Rlimit
	limit := ^uint64(0)
	if unix.Getrlimit(unix.RLIMIT_CORE, &core) == nil {
		limit = core.Cur
	}
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	return host.Inspect(hostRoot, host.Self{
		CoreLimit:     limit,
		Dumpable:      err != nil || dumpable != 0,
		AllLocked:     notLocked == nil,
		SecretsLocked: secretsLocked(),
		NotLocked:     notLocked,
		Generator: func() error {
			_, err := unix.Getrandom(make([]byte, 1), unix.GRND_NONBLOCK)
			return err
		},
		Env:        os.Getenv,
		WorkFolder: func() (string, error) { return realFolder(workFolder) },
		Live:       toldWhenLive(),
	}, checks)
}

// toldWhenLive is what the kernel of a live system is to be told at the start; "" elsewhere.
func toldWhenLive() string {
	if !isLiveSystem(hostRoot) {
		return ""
	}
	return live.CommandLine
}

// secretsLocked tries whether the kernel locks as much memory as a ceremony has secrets at a time.
func secretsLocked() bool {
	const plenty = 256 << 10
	probe := secret.New(plenty)
	defer probe.Destroy()
	return probe.Locked()
}

// realFolder is the absolute path of a folder, without symbolic links, also of one that is still to be made.
func realFolder(folder string) (string, error) {
	if folder == "" {
		return "", nil
	}
	path, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	rest := ""
	for {
		found, err := filepath.EvalSymlinks(path)
		if err == nil {
			return filepath.Join(found, rest), nil
		}
		if _, there := os.Lstat(path); there == nil || !errors.Is(err, fs.ErrNotExist) || path == "/" {
			return "", err // also a link that leads nowhere yet
		}
		path, rest = filepath.Dir(path), filepath.Join(filepath.Base(path), rest)
	}
}

// isMemory tells whether a folder is in memory and not on a disk. Swap may still take it there; the check "swap" is about that.
func isMemory(folder string) (bool, error) {
	var at unix.Statfs_t
	if err := unix.Statfs(folder, &at); err != nil {
		return false, &fs.PathError{Op: "statfs", Path: folder, Err: err}
	}
	return at.Type == unix.TMPFS_MAGIC || at.Type == unix.RAMFS_MAGIC, nil
}

// programDigest is the SHA-256 of the file that this process runs, which stays that file when another is put in its place, and when the
// sandbox starts the program anew.
func programDigest() (sum [sha256.Size]byte, err error) {
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		return sum, err
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return sum, err
	}
	digest.Sum(sum[:0])
	return sum, nil
}

// builtAt is when the commit was made that the program was built from, before which no clock can be right; zero if that is not known.
func builtAt() time.Time {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return time.Time{}
	}
	return commitTime(info.Settings)
}

func commitTime(settings []debug.BuildSetting) time.Time {
	for _, setting := range settings {
		if setting.Key == "vcs.time" {
			if at, err := time.Parse(time.RFC3339, setting.Value); err == nil {
				return at.UTC()
			}
		}
	}
	return time.Time{}
}
