package media

import (
	"slices"
	"sync"
)

// Keeper keeps a stick mounted that people may pull out and put back while a ceremony goes on: it takes a stick off that is gone, so that what is
// written fails at once, and mounts it again in the same place when the very same one comes back, under whatever name.
//
// The very same one: same maker and model, same partition, of the same size, at the same place, with the same number of the volume. Two sticks of
// the same image may agree in all that, so one that was there all the time is not taken for the one that was pulled. Nobody is kept from making
// a copy and plugging that in; the ceremony looks at its files again before it goes on.
type Keeper struct {
	Target string
	Write  bool
	Any    func(Device) bool // if set, what is plugged in and fits is mounted too, when the place is free

	List    func() ([]Device, error)
	Look    func(Device) (Volume, error)
	Mount   func(device, target string, write bool) error
	Abandon func(target string) error
	Reopen  func(target string) error // makes it writable again if an error of the stick made it read-only

	mu      sync.Mutex
	beside  []string // the other devices that were there when the stick was last seen, by Device.plugging
	device  Device
	volume  Volume
	away    bool
	pulled  int
	failing error
}

// NewKeeper keeps a stick that is mounted already; with a Device that has no name, a place where none is yet.
func NewKeeper(d Device, v Volume, target string, write bool, list func() ([]Device, error)) *Keeper {
	return &Keeper{Target: target, Write: write, List: list, Look: Look, Mount: MountFAT, Abandon: Abandon, Reopen: Reopen, device: d, volume: v, away: d.Name == ""}
}

// Tick looks once. It is called some times a second, by one goroutine.
func (k *Keeper) Tick() {
	k.mu.Lock()
	defer k.mu.Unlock()
	devices, err := k.List()
	if err != nil {
		k.failing = err
		return
	}
	there := !k.away && k.isThere(devices)
	if there {
		k.remember(devices)
	}
	switch {
	case !k.away && !there:
		k.away, k.failing = true, k.Abandon(k.Target)
		k.pulled++
	case !k.away && k.Write:
		k.failing = k.Reopen(k.Target)
	}
	if k.away {
		k.bringBack(devices)
	}
}

// isThere tells whether the device is still the one that was mounted, and not another that took its name.
func (k *Keeper) isThere(devices []Device) bool {
	for _, d := range devices {
		if d.Name == k.device.Name {
			return d.Sequence == k.device.Sequence
		}
	}
	return false
}

// remember notes which devices are there besides the stick.
func (k *Keeper) remember(devices []Device) {
	k.beside = k.beside[:0]
	for _, d := range devices {
		if d.Disk != k.device.Disk {
			k.beside = append(k.beside, d.plugging())
		}
	}
}

// bringBack mounts the stick if it is there again.
func (k *Keeper) bringBack(devices []Device) {
	for _, d := range devices {
		wanted := k.Any != nil && k.Any(d)
		if !wanted && !k.fits(d) {
			continue
		}
		v, err := k.Look(d)
		if err != nil || v.Kind != FAT || !wanted && v.ID != k.volume.ID {
			continue
		}
		if k.failing = k.Mount(d.Path(), k.Target, k.Write); k.failing == nil {
			k.device, k.volume, k.away = d, v, false
			return
		}
	}
}

// fits tells whether a device may be the stick, plugged in again: it is where that was, and as large.
func (k *Keeper) fits(d Device) bool {
	o := k.device
	return o.Name != "" && !slices.Contains(k.beside, d.plugging()) && d.Maker == o.Maker && d.Size == o.Size && d.Start == o.Start && d.Partition == o.Partition && d.PartName == o.PartName && d.PartUUID == o.PartUUID
}

// Awaits tells whether the stick is out, and a device may be it.
func (k *Keeper) Awaits(d Device) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.away && k.fits(d)
}

// State is which stick is mounted now or was last, how often one was pulled out, and why none is mounted if it is there.
func (k *Keeper) State() (now Device, v Volume, away bool, pulled int, why error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.device, k.volume, k.away, k.pulled, k.failing
}
