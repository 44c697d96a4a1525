package host

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"sigtool/ceremony"
)

// usbStick is a device as sysfs shows it, at the port 1-PORT.
func usbStick(files map[string]string, port, product string, classes ...string) map[string]string {
	device := "sys/bus/usb/devices/1-" + port
	files[device+"/idVendor"], files[device+"/idProduct"], files[device+"/product"] = "0781\n", "5583\n", product+"\n"
	for i, class := range classes {
		folder := device + ":1." + string(rune('0'+i))
		files[folder+"/bInterfaceClass"], files[folder+"/bInterfaceProtocol"] = class[:2]+"\n", class[2:]+"\n"
	}
	return files
}

// what each check finds on the air-gapped machine with some files changed, in full.
var found = []struct {
	name, check string
	changes     map[string]string
	want        []string
}{
	{"no radio", ceremony.CheckRadios, nil, []string{"ok: no wireless hardware"}},
	{"radios switched off", ceremony.CheckRadios, map[string]string{
		"sys/class/rfkill/rfkill0/name": "phy0\n", "sys/class/rfkill/rfkill0/type": "wlan\n", "sys/class/rfkill/rfkill0/soft": "1\n", "sys/class/rfkill/rfkill0/hard": "0\n",
		"sys/class/rfkill/rfkill1/name": "thinkpad_wwan\n", "sys/class/rfkill/rfkill1/type": "wwan\n", "sys/class/rfkill/rfkill1/soft": "0\n", "sys/class/rfkill/rfkill1/hard": "1\n",
		"sys/class/ieee80211/phy0/index": "0\n"}, []string{`ok: switched off: wlan "phy0" in software, wwan "thinkpad_wwan" by its switch`}},
	{"a radio is on", ceremony.CheckRadios, map[string]string{
		"sys/class/rfkill/rfkill0/name": "phy0\n", "sys/class/rfkill/rfkill0/type": "wlan\n", "sys/class/rfkill/rfkill0/soft": "0\n", "sys/class/rfkill/rfkill0/hard": "0\n"},
		[]string{`warn: wlan "phy0" is not switched off; rfkill block all does that`}},
	{"a radio of unknown state", ceremony.CheckRadios, map[string]string{"sys/class/rfkill/rfkill0/name": "phy0\n", "sys/class/rfkill/rfkill0/soft": "0\n"},
		[]string{`block: whether "phy0" is switched off can't be read`}},
	{"a wireless card without a switch", ceremony.CheckRadios, map[string]string{"sys/class/ieee80211/phy1/index": "1\n"},
		[]string{`warn: wireless card "phy1" has no switch`}},

	{"no Bluetooth", ceremony.CheckBluetooth, nil, []string{"ok: no Bluetooth adapter"}},
	{"Bluetooth on", ceremony.CheckBluetooth, map[string]string{"sys/class/bluetooth/hci0/uevent": ""}, []string{`warn: adapter "hci0" is not switched off`}},
	{"Bluetooth off", ceremony.CheckBluetooth, map[string]string{"sys/class/bluetooth/hci0/uevent": "", "sys/class/rfkill/rfkill0/name": "hci0\n",
		"sys/class/rfkill/rfkill0/soft": "1\n"}, []string{`ok: adapter "hci0" is switched off`}},
	{"a Bluetooth keyboard", ceremony.CheckBluetooth, map[string]string{"sys/class/bluetooth/hci0/uevent": "", "sys/class/bluetooth/hci0:12/uevent": ""},
		[]string{`warn: adapter "hci0" is not switched off`, `block: a device is connected to adapter "hci0"`}},

	{"no way to hibernate", ceremony.CheckHibernate, nil, []string{"ok: the kernel can't hibernate"}},
	{"a kernel that can't sleep", ceremony.CheckHibernate, map[string]string{"sys/power/state": "-"}, []string{"ok: the kernel can't hibernate"}},
	{"hibernation locked down", ceremony.CheckHibernate, map[string]string{"sys/power/state": "freeze mem disk\n", "sys/power/disk": "[disabled]\n"},
		[]string{"ok: the kernel can't hibernate"}},
	{"hibernation without a disk", ceremony.CheckHibernate, map[string]string{"sys/power/state": "freeze mem disk\n", "sys/power/disk": "[platform] shutdown\n",
		"sys/power/resume": "0:0\n"}, []string{"warn: the kernel can hibernate, though it has no disk to write memory to now; boot with nohibernate"}},
	{"hibernation to swap", ceremony.CheckHibernate, map[string]string{"sys/power/state": "mem disk\n", "proc/swaps": "Filename Type\n/dev/sda2 partition\n"},
		[]string{"block: memory would be written to swap when the machine hibernates; swapoff -a, or boot with nohibernate"}},
	{"hibernation to a disk", ceremony.CheckHibernate, map[string]string{"sys/power/state": "mem disk\n", "sys/power/resume": "8:2\n"},
		[]string{"block: memory would be written to the disk 8:2 when the machine hibernates; boot with nohibernate"}},
	{"resume= at boot", ceremony.CheckHibernate, map[string]string{"sys/power/state": "mem disk\n", "proc/cmdline": "quiet resume=/dev/sda2\n"},
		[]string{"block: memory would be written to the disk /dev/sda2 when the machine hibernates; boot with nohibernate"}},
	{"noresume at boot", ceremony.CheckHibernate, map[string]string{"sys/power/state": "mem disk\n", "proc/cmdline": "resume=/dev/sda2 noresume\n"},
		[]string{"warn: the kernel can hibernate, though it has no disk to write memory to now; boot with nohibernate"}},
	{"hibernation, and no word of the boot loader", ceremony.CheckHibernate, map[string]string{"sys/power/state": "mem disk\n", "proc/cmdline": "-"},
		[]string{"block: /proc/cmdline can't be read, so this can't be measured"}},

	{"generator", ceremony.CheckGenerator, nil, []string{
		"ok: the kernel's generator is seeded; sources besides the timing of interrupts: the processor (rdseed), the processor (rdrand); entropy_avail is 256"}},
	{"generator of a TPM", ceremony.CheckGenerator, map[string]string{"proc/cpuinfo": "flags : fpu\n", "sys/class/misc/hw_random/rng_current": "tpm-rng-0\n",
		"proc/sys/kernel/random/entropy_avail": "-"},
		[]string{`ok: the kernel's generator is seeded; sources besides the timing of interrupts: device "tpm-rng-0"`}},
	{"generator of nothing", ceremony.CheckGenerator, map[string]string{"proc/cpuinfo": "Features : fp\n"}, []string{
		"ok: the kernel's generator is seeded, by the timing of interrupts alone: no source in the processor or a device; entropy_avail is 256"}},

	{"Secure Boot", ceremony.CheckSecureBoot, nil, []string{"ok: Secure Boot is on; kernel lockdown: integrity"}},
	{"Secure Boot off", ceremony.CheckSecureBoot, map[string]string{efiVariable: "\x06\x00\x00\x00\x00", "sys/kernel/security/lockdown": "-"},
		[]string{"warn: Secure Boot is off; kernel lockdown is not known"}},
	{"Secure Boot of nonsense", ceremony.CheckSecureBoot, map[string]string{efiVariable: "\x01"},
		[]string{"warn: whether Secure Boot is on can't be told: its variable is not 5 bytes; kernel lockdown: integrity"}},
	{"no EFI", ceremony.CheckSecureBoot, map[string]string{efiVariable: "-"},
		[]string{"warn: the system was not started by EFI, so nothing checked what was started; kernel lockdown: integrity"}},
	{"EFI without its variables", ceremony.CheckSecureBoot, map[string]string{efiVariable: "-", "sys/firmware/efi/fw_vendor": ""},
		[]string{"warn: /" + efiVariable + " can't be read, so this can't be measured"}},

	{"no devices", ceremony.CheckDevices, nil, []string{"ok: no camera, no microphone, no hypervisor"}},
	{"devices", ceremony.CheckDevices, map[string]string{
		"sys/class/video4linux/video0/name": "Integrated Camera\n", "sys/class/video4linux/video1/name": "Integrated Camera\n", "sys/class/video4linux/v4l-subdev0/name": "x",
		"sys/class/sound/pcmC0D0c/uevent": "", "sys/class/sound/pcmC0D0p/uevent": "", "proc/cpuinfo": "flags\t: fpu hypervisor\n"},
		[]string{`warn: cameras: "Integrated Camera"`, `warn: microphones, or sockets for one: "pcmC0D0c"`,
			"warn: this is a virtual machine: whatever runs it sees all of its memory"}},
	{"Xen", ceremony.CheckDevices, map[string]string{"sys/hypervisor/type": "xen\n"},
		[]string{"warn: this is a virtual machine (xen): whatever runs it sees all of its memory"}},
	{"no list of processors", ceremony.CheckDevices, map[string]string{"proc/cpuinfo": "-"}, []string{"warn: whether this is a virtual machine can't be told"}},

	{"USB", ceremony.CheckUSB, usbStick(usbStick(map[string]string{}, "2", "Ultra Fit", "0850"), "1", "Ultra Fit", "0850"),
		[]string{`ok: 3: 2 x 0781:5583 "Ultra Fit" (storage), 1d6b:0002`}},
	{"a stick that types", ceremony.CheckUSB, usbStick(map[string]string{}, "2", "Ultra Fit", "0850", "0301", "0302", "0300", "ff01"),
		[]string{`warn: a device is storage, and can type as well; 2: 0781:5583 "Ultra Fit" (class ff, input, keyboard, mouse, storage), 1d6b:0002`}},
	{"a hostile name", ceremony.CheckUSB, usbStick(map[string]string{}, "1", "A\", 1d6b:0003 \"\x1b[2J\u202e"+strings.Repeat("w", 4000)),
		[]string{`ok: 2: 0781:5583 "A?, 1d6b:0003 ??[2J???wwwwwwwwwwwwwwwwww...", 1d6b:0002`}},
	{"a device that is being pulled out", ceremony.CheckUSB, map[string]string{"sys/bus/usb/devices/1-3/idVendor": "0781\n"},
		[]string{`ok: 2: 1d6b:0002, unreadable "1-3"`}},
	{"no USB", ceremony.CheckUSB, map[string]string{"sys/bus/usb/devices/usb1/idVendor": "-", "sys/bus/usb/devices/usb1/idProduct": "-"},
		[]string{"ok: no USB devices"}},
}

const efiVariable = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

func TestFound(t *testing.T) {
	for _, c := range found {
		if got := of(c.check, inspect(hardened(), c.changes)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// Where sysfs is not mounted, that a folder of it is missing proves nothing.
func TestNoSysfs(t *testing.T) {
	changes := map[string]string{}
	for name := range airGapped {
		if strings.HasPrefix(name, "sys/") {
			changes[name] = "-"
		}
	}
	findings := inspect(hardened(), changes)
	for _, check := range []string{ceremony.CheckLinks, ceremony.CheckRadios, ceremony.CheckBluetooth, ceremony.CheckHibernate,
		ceremony.CheckSecureBoot, ceremony.CheckDevices, ceremony.CheckUSB} {
		for _, got := range of(check, findings) {
			if strings.HasPrefix(got, "ok") {
				t.Errorf("%s: %s", check, got)
			}
		}
	}
}

// A list too long to show still tells of any change.
func TestLongListsTellOfChanges(t *testing.T) {
	files := map[string]string{}
	for i := range 80 {
		usbStick(files, strconv.Itoa(i), "device "+strconv.Itoa(i))
	}
	before := of(ceremony.CheckUSB, inspect(hardened(), files))
	files["sys/bus/usb/devices/1-79/idVendor"] = "ffff" // sorted last, and cut away
	after := of(ceremony.CheckUSB, inspect(hardened(), files))
	if len(before[0]) < maxDetail || len(before[0]) > maxDetail+100 || reflect.DeepEqual(before, after) {
		t.Errorf("%q\n%q", before, after)
	}
}
