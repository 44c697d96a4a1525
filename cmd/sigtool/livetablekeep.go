package main

import (
	"slices"
	"time"

	"sigtool/internal/media"
)

// keeper watches over a place where a stick is mounted.
type keeper interface {
	state() (now liveStick, away bool, pulled int, why error)
	awaits(d media.Device) bool // the stick is out, and this may be it
	stop()
}

// realKeeper has a keeper look while something else goes on.
type realKeeper struct {
	*media.Keeper
	end, ended chan struct{}
}

func (r realSticks) devices() ([]media.Device, error) { return media.List(r.sys) }

func (r realSticks) keep(s liveStick, target string) keeper {
	return watched(media.NewKeeper(s.Device, s.Volume, target, true, r.devices))
}

// keepAny lets people plug in a stick that is asked for while a ceremony goes on, one after another. What was there before is not touched, nor is
// the stick that outputs waits for: mounted here it could not be written to there.
func (r realSticks) keepAny(s *liveStick, target string, outputs keeper) keeper {
	before := map[string]bool{}
	devices, _ := r.devices()
	for _, d := range devices {
		before[d.Disk+" "+d.Sequence] = true
	}
	if s == nil {
		s = &liveStick{}
	}
	k := media.NewKeeper(s.Device, s.Volume, target, false, r.devices)
	k.Any = func(d media.Device) bool {
		all, _ := r.devices()
		return !before[d.Disk+" "+d.Sequence] && !outputs.awaits(d) && !slices.ContainsFunc(all, func(o media.Device) bool { return besideOutputs(d, o) })
	}
	return watched(k)
}

func watched(k *media.Keeper) keeper {
	w := &realKeeper{Keeper: k, end: make(chan struct{}), ended: make(chan struct{})}
	go w.watch()
	return w
}

// watch looks three times a second: a stick that comes back is ready before anybody has typed yes.
func (k *realKeeper) watch() {
	defer close(k.ended)
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-k.end:
			return
		case <-tick.C:
			k.Tick()
		}
	}
}

func (k *realKeeper) awaits(d media.Device) bool { return k.Awaits(d) }

func (k *realKeeper) stop() { close(k.end); <-k.ended }

func (k *realKeeper) state() (liveStick, bool, int, error) {
	now, v, away, pulled, why := k.State()
	return liveStick{Device: now, Volume: v}, away, pulled, why
}
