package host

import (
	"reflect"
	"testing"
	"testing/fstest"

	"sigtool/ceremony"
	"sigtool/internal/mountinfo"
)

// disk is an installed system, with a folder in memory that hides a disk, and one that a disk hides.
const disk = `27 1 8:1 / / rw,relatime shared:1 master:2 - ext4 /dev/sda1 rw
28 27 8:2 / /a rw - ext4 /dev/sda2 rw
29 28 8:3 / /a/b rw - ext4 /dev/sda3 rw
30 28 0:30 / /a rw - tmpfs tmpfs rw
31 27 0:31 / /shm rw - tmpfs tmpfs rw
32 31 0:32 / /shm/sub rw - vfat /dev/sdb1 rw
33 27 0:33 / /with\040space\134 rw - ramfs ramfs rw
`

func TestWorkFolder(t *testing.T) {
	for _, c := range []struct{ folder, mounts, want string }{
		{"", disk, "ok: no work folder: nothing secret is put in a file"},
		{"/shm", disk, "ok: /shm is in memory (tmpfs)"},
		{"/shm/x/y", disk, "ok: /shm/x/y is in memory (tmpfs)"},
		{"/shmx", disk, "block: /shmx is on a disk (ext4): name a folder below /dev/shm or /run"},
		{"/shm/sub/x", disk, "block: /shm/sub/x is on a disk (vfat): name a folder below /dev/shm or /run"},
		{"/a/b/c", disk, "ok: /a/b/c is in memory (tmpfs)"},
		{"/with space\\/x", disk, "ok: /with space\\/x is in memory (ramfs)"},
		{"/home", disk, "block: /home is on a disk (ext4): name a folder below /dev/shm or /run"},
		{"shm", disk, "block: /proc/self/mountinfo does not tell what shm is on"},
		{"/shm", "", "block: /proc/self/mountinfo does not tell what /shm is on"},
		{"/shm", "-", "block: /proc/self/mountinfo can't be read, so this can't be measured"},
		{"/x", "1 1 0:2 / / rw - rootfs rootfs rw\n", "ok: /x is in memory (rootfs)"},
		{"/x", "1 2 0:2 / / rw - tmpfs none rw\n2 1 0:2 / / rw - tmpfs none rw\n", "block: /proc/self/mountinfo does not tell what /x is on"},
	} {
		self := hardened()
		self.WorkFolder = func() (string, error) { return c.folder, nil }
		got := of(ceremony.CheckWorkFolder, inspect(self, map[string]string{mountinfo.Path: c.mounts}))
		if !reflect.DeepEqual(got, []string{c.want}) {
			t.Errorf("%s: got %q, want %q", c.folder, got, c.want)
		}
	}
}

func TestMedium(t *testing.T) {
	const hidden = "22 1 0:20 / / rw - overlay /cow rw,lowerdir=/a.squashfs,upperdir=/cow/upper,workdir=/cow/work\n"
	const persistent = "22 1 0:20 / / rw - overlay overlay rw,upperdir=/run/p/rw\n23 22 8:3 / /run/p rw - ext4 /dev/sdb3 rw\n"
	for _, c := range []struct{ mounts, words, want string }{
		{liveMounts, "", "ok: the system is live: / is an overlay, what is written to it stays in memory"},
		{"1 1 0:2 / / rw - rootfs rootfs rw\n", "", "ok: the system is live: / is rootfs"},
		{"5 1 0:2 / / ro - squashfs /dev/loop0 ro\n", "", "ok: the system is live: / is squashfs"},
		{"5 1 0:2 / / ro - overlay overlay ro,lowerdir=/a:/b\n", "", "ok: the system is live: / is an overlay that can't be written to"},
		{hidden, "boot=casper quiet", "ok: the system is live: / is an overlay, and nothing asked for persistence at boot"},
		{hidden, "boot=casper persistent", "warn: / is an overlay, but where it keeps what is written can't be told: a container, or persistence"},
		{hidden, "root=/dev/sda1", "warn: / is an overlay, but where it keeps what is written can't be told: a container, or persistence"},
		{persistent, "boot=live", "warn: what is written to / stays on a disk (ext4, persistence)"},
		{disk, "boot=live", "warn: the system is installed on a disk: / is ext4"},
		{"", "", "warn: /proc/self/mountinfo does not tell what / is on"},
		{"-", "", "warn: /proc/self/mountinfo can't be read, so this can't be measured"},
	} {
		got := of(ceremony.CheckMedium, inspect(hardened(), map[string]string{mountinfo.Path: c.mounts, commandLine: c.words}))
		if !reflect.DeepEqual(got, []string{c.want}) {
			t.Errorf("%q: got %q, want %q", c.mounts, got, c.want)
		}
	}
}

// FuzzMounts: whatever the table says, what is found is a row of it, and finding it ends.
func FuzzMounts(f *testing.F) {
	f.Add(disk, "/a/b/c")
	f.Add(liveMounts, "/media/a stick")
	f.Add("1 2 0 / / rw - a b c\n2 3 0 / / rw - a b c\n3 2 0 / / rw - a b c\n", "/")
	f.Add(`1 1 0 / / rw - a \04 \0401\`, "//")
	f.Fuzz(func(t *testing.T, text, path string) {
		m := machine{fstest.MapFS{mountinfo.Path: {Data: []byte(text)}}}
		table, err := m.mounts()
		if err != nil {
			return
		}
		at, ok := mountOf(table, path)
		for _, row := range table {
			if row == at && ok {
				return
			}
		}
		if ok {
			t.Errorf("%+v is not of the table", at)
		}
	})
}
