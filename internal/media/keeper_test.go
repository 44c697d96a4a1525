package media

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// port is a socket in which sticks come and go, with a record of what was done.
type port struct {
	in     []Device
	volume Volume
	refuse error
	did    []string
}

func (p *port) keeper(d Device) *Keeper {
	return &Keeper{
		Target: "/outputs", Write: true, device: d, volume: p.volume,
		List: func() ([]Device, error) { return p.in, nil },
		Look: func(Device) (Volume, error) { return p.volume, nil },
		Mount: func(device, target string, write bool) error {
			p.did = append(p.did, fmt.Sprint("mount ", device, target, write))
			return p.refuse
		},
		Abandon: func(target string) error { p.did = append(p.did, "abandon "+target); return nil },
		Reopen:  func(string) error { return nil },
	}
}

func (p *port) expect(t *testing.T, want ...string) {
	t.Helper()
	if strings.Join(p.did, ", ") != strings.Join(want, ", ") {
		t.Errorf("it did %q, want %q", p.did, want)
	}
	p.did = nil
}

// A stick that is pulled is taken off at once, and comes back under another name; another stick does not.
func TestKeeper(t *testing.T) {
	stick := Device{Name: "sda2", Disk: "sda", Partition: 2, Start: 5 << 20, Size: 2 << 20, PartName: "OUTPUTS", Sequence: "1"}
	other := stick
	other.Name, other.Sequence, other.Size = "sdb2", "2", 3<<20
	back := stick
	back.Name, back.Disk, back.Sequence = "sdb2", "sdb", "3"
	p := &port{in: []Device{stick}, volume: Volume{Kind: FAT, ID: 7}}
	k := p.keeper(stick)
	k.Tick()
	p.expect(t)
	p.in = nil
	k.Tick()
	p.expect(t, "abandon /outputs")
	k.Tick()
	p.in = []Device{other}
	k.Tick()
	p.expect(t)
	if _, _, away, pulled, _ := k.State(); !away || pulled != 1 {
		t.Error(away, pulled)
	}
	p.in, p.volume.ID = []Device{back}, 8
	k.Tick()
	p.expect(t)
	p.volume.ID, p.refuse = 7, errors.New("not yet")
	k.Tick()
	if _, _, away, _, why := k.State(); !away || why == nil {
		t.Error(away, why)
	}
	p.refuse = nil
	k.Tick()
	p.expect(t, "mount /dev/sdb2/outputstrue", "mount /dev/sdb2/outputstrue")
	if now, _, away, pulled, why := k.State(); away || pulled != 1 || why != nil || now != back {
		t.Error(now, away, pulled, why)
	}
}

// Pulled and put back between two looks, under the same name: what is mounted is dead all the same.
func TestKeeperQuickly(t *testing.T) {
	stick := Device{Name: "sda", Disk: "sda", Size: 2 << 20, Sequence: "1"}
	back := stick
	back.Sequence = "2"
	p := &port{in: []Device{back}, volume: Volume{Kind: FAT, ID: 7}}
	k := p.keeper(stick)
	k.Tick()
	p.expect(t, "abandon /outputs", "mount /dev/sda/outputstrue")
}

// A place for any stick takes what is plugged in later, and nothing that was there before.
func TestKeeperAny(t *testing.T) {
	there, later := Device{Name: "sda", Size: 5, Sequence: "1"}, Device{Name: "sdb", Size: 6, Sequence: "2"}
	p := &port{in: []Device{there}, volume: Volume{Kind: FAT, ID: 7}}
	k := p.keeper(Device{})
	k.Target = "/inputs"
	k.away, k.Write, k.Any = true, false, func(d Device) bool { return d.Sequence != "1" }
	k.Tick()
	p.expect(t)
	p.in = append(p.in, later)
	k.Tick()
	p.expect(t, "mount /dev/sdb/inputsfalse")
	p.in = p.in[:1]
	k.Tick()
	p.expect(t, "abandon /inputs")
}

// A second stick of the same image, which was there all the time, is not taken for the one that was pulled.
func TestKeeperTwin(t *testing.T) {
	stick := Device{Name: "sda2", Disk: "sda", Partition: 2, Start: 5 << 20, Size: 2 << 20, PartName: "OUTPUTS", Maker: "A", Sequence: "1"}
	twin, back, other := stick, stick, stick
	twin.Name, twin.Disk, twin.Sequence = "sdb2", "sdb", "2"
	back.Sequence = "3"
	other.Sequence, other.Maker = "4", "B"
	p := &port{in: []Device{stick, twin}, volume: Volume{Kind: FAT, ID: 7}}
	k := p.keeper(stick)
	k.Tick()
	p.expect(t)
	if k.Awaits(back) {
		t.Error("it waits for a stick that is in")
	}
	p.in = []Device{twin}
	k.Tick()
	p.expect(t, "abandon /outputs")
	p.in = []Device{other, twin}
	k.Tick()
	p.expect(t)
	if !k.Awaits(back) || k.Awaits(twin) || k.Awaits(other) {
		t.Error("it waits for", k.Awaits(back), k.Awaits(twin), k.Awaits(other))
	}
	p.in = []Device{back, twin}
	k.Tick()
	p.expect(t, "mount /dev/sda2/outputstrue")
}
