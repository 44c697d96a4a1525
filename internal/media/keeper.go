package media

import "sync"

// Keeper keeps a stick mounted that people may pull out and put back while a ceremony goes on: it takes a stick off that is gone, so that what is
// written fails at once, and mounts it again in the same place when the very same one comes back, under whatever name.
//
// The very same one: same partition, of the same size, at the same place, with the same number of the volume. Nobody is kept from making
// a copy of all that; the ceremony looks at its files again before it goes on.
type Keeper struct {
	Target string
	Write  bool

	List    func() ([]Device, error)
	Look    func(Device) (Volume, error)
	Mount   func(device, target string, write bool) error
	Abandon func(target string) error
	Reopen  func(target string) error // makes it writable again if an error of the stick made it read-only

	mu      sync.Mutex
	device  Device
	volume  Volume
	away    bool
	pulled  int
	failing error
}

// NewKeeper keeps a stick that is mounted already.
func NewKeeper(d Device, v Volume, target string, write bool, list func() ([]Device, error)) *Keeper {
	return &Keeper{Target: target, Write: write, List: list, Look: Look, Mount: MountFAT, Abandon: Abandon, Reopen: Reopen, device: d, volume: v}
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
	switch {
	case !k.away && !k.isThere(devices):
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

// bringBack mounts the stick if it is there again.
func (k *Keeper) bringBack(devices []Device) {
	for _, d := range devices {
		if d.Size != k.device.Size || d.Start != k.device.Start || d.Partition != k.device.Partition || d.PartName != k.device.PartName || d.PartUUID != k.device.PartUUID {
			continue
		}
		if v, err := k.Look(d); err != nil || v.Kind != FAT || v.ID != k.volume.ID {
			continue
		}
		if k.failing = k.Mount(d.Path(), k.Target, k.Write); k.failing == nil {
			k.device, k.away = d, false
			return
		}
	}
}

// State is where the stick is now, how often it was pulled out, and why it is not mounted if it is there.
func (k *Keeper) State() (now Device, away bool, pulled int, why error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.device, k.away, k.pulled, k.failing
}
