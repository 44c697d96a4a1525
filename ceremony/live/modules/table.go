package modules

// wanted is a module that a ceremony needs, with what it depends on.
type wanted struct {
	name     string
	why      string
	optional bool // kernels may be without it
}

const (
	must  = false
	maybe = true
)

// table is what every live system has, in the order in which it is loaded.
//
// Left out on purpose: the drivers of disks (ahci, nvme) and of card readers that are no USB devices (sdhci_pci, rtsx_pci, mmc_block: 280 KB packed),
// so that a live system does not even see the laptop's own disk, which may be eMMC; mice, touchpads and evdev; graphics, for the console
// draws on what the firmware has set up (efifb, simplefb: built in); sound, which is the speaker's beep too.
var table = []wanted{
	// Host controllers. Most laptops' own keyboards need none of all this: i8042 and atkbd are built in.
	{"xhci_pci", "USB 3 ports: all there is in laptops since 2015", must},
	{"ehci_pci", "USB 2 ports until then; before the next two, as a port is theirs only once this one has passed it on", maybe},
	{"ohci_pci", "USB 1 devices, such as keyboards, at USB 2 ports of AMD, NVIDIA and others", maybe},
	{"uhci_hcd", "USB 1 devices at USB 2 ports of Intel and VIA", maybe},

	// Keyboards.
	{"usbhid", "USB keyboards", must},
	{"hid_generic", "all USB keyboards without a driver of their own", must},

	// The kernel's HID core keeps hid_generic from the devices in a list of its own (drivers/hid/hid-quirks.c, hid_have_special_driver): without these, the
	// keyboards in it are dead. Three drivers of keyboards in it are missing here. hid_asus (some ROG laptops' own) depends on a radio's switch and
	// is refused; hid_rmi (ThinkPad X1 Tablet's cover, Razer Blade 14 of 2014: 50 KB packed) and hid_logitech_dj (MX 3000 of 2005: 11 KB) can
	// be asked for with --module.
	{"hid_apple", "keyboards of Apple, MacBooks' own until 2015 too", maybe},
	{"hid_belkin", "Labtec wireless; Belkin's switch between two computers", maybe},
	{"hid_cherry", "Cherry CyMotion", maybe},
	{"hid_chicony", "Chicony wireless, Acer Switch 12's own, Asus AK1D", maybe},
	{"hid_corsair", "Corsair K90", maybe},
	{"hid_cypress", "hand scanners: they type what they read from a paper backup", maybe},
	{"hid_elan", "HP Pavilion x2 10's own", maybe},
	{"hid_ezkey", "BTC 8193", maybe},
	{"hid_holtek_kbd", "gaming keyboards under many names with Holtek's chip a055", maybe},
	{"hid_keytouch", "KeyTouch IEC", maybe},
	{"hid_kye", "Genius Ergo 525V", maybe},
	{"hid_lenovo", "Lenovo ThinkPad keyboards with TrackPoint, USB", maybe},
	{"hid_logitech", "Logitech Elite, S510, LX500, diNovo", maybe},
	{"hid_microsoft", "Microsoft Natural 4000 and 7000, Comfort, Office, Digital Media, Wireless Desktop 3", maybe},
	{"hid_monterey", "Genius KB-29E", maybe},
	{"hid_nti", "Sun keyboards behind NTI's adapter", maybe},
	{"hid_ortek", "Ortek WKB-2000 and its number pad PKB-1700", maybe},
	{"hid_primax", "Primax, under many names", maybe},
	{"hid_roccat_arvo", "Roccat Arvo", maybe},
	{"hid_roccat_isku", "Roccat Isku", maybe},
	{"hid_roccat_ryos", "Roccat Ryos", maybe},
	{"hid_samsung", "Samsung wireless", maybe},
	{"hid_sunplus", "SunPlus wireless", maybe},
	{"hid_topseed", "Chicony and TopSeed wireless with a number pad of media keys", maybe},

	// Laptops whose own keyboard hangs on I²C, on SPI or on a serial line of the board.
	{"intel_lpss_pci", "these buses in Intel's chips since 2015", maybe},
	{"intel_lpss_acpi", "the same where the firmware hides them from PCI", maybe},
	{"pinctrl_alderlake", "the keyboard's interrupt: Intel of 2021 to 2023; older and AMD's are built in", maybe},
	{"pinctrl_jasperlake", "the same, small Intel of 2021", maybe},
	{"pinctrl_lakefield", "the same, Intel of 2020 in tablets that fold", maybe},
	{"pinctrl_meteorlake", "the same, Intel of 2023; not in Linux 6.1", maybe},
	{"pinctrl_intel_platform", "the same, Intel since 2024; not in Linux 6.1", maybe},
	{"i2c_hid_acpi", "keyboards of tablets with a cover: HID over I²C", maybe},
	{"surface_aggregator_registry", "Microsoft Surface Laptop: says what hangs on its controller", maybe},
	{"surface_hid", "its keyboard", maybe},
	{"surface_kbd", "the keyboard of the first two of these laptops", maybe},
	{"spi_pxa2xx_platform", "SPI in Intel's chips", maybe},
	{"spi_pxa2xx_pci", "the same in the MacBook of 2015", maybe},
	{"applespi", "the keyboards of MacBooks of 2015 to 2017", maybe},

	// Sticks.
	{"usb_storage", "USB sticks", must},
	{"uas", "USB 3 disks in enclosures: usb_storage leaves them to this one", maybe},
	{"ums_realtek", "the card reader that is built into most laptops where it is a USB device: usb_storage leaves it to this one", maybe},
	{"sd_mod", "disks, which USB sticks are to the kernel", must},
	{"vfat", "FAT, with which sticks are formatted", must},
	{"nls_cp437", "FAT's short names", must},
	{"nls_ascii", "FAT's long names: what Debian's kernel takes if nobody says", maybe},
	{"nls_iso8859_1", "the same in kernels that nobody has configured", maybe},
	{"nls_utf8", "FAT's long names in other letters", maybe},

	// The rest.
	{"efivarfs", "whether Secure Boot is on", maybe},
	{"usblp", "printers at USB", maybe},
}
