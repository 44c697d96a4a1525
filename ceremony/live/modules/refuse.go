package modules

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"sigtool/internal/issue"
)

// link is a way out of a laptop, or into it, that a live system must not have.
type link struct {
	what    string   // "a network": what the module is for
	folders []string // where such drivers stand in the kernel's source, and so in the folder of modules
	imports []string // functions of the kernel that such a driver can't do without
	names   []string // modules whose imports do not tell, by the names that they have in themselves: in an image nobody knows where they stood
}

// links are all that are refused. A folder tells most; the imports tell a driver that stands elsewhere (a modem among the miscellaneous, a
// module under another name): to be a network interface it must register one, and the kernel links by names. A driver that leaves that to a
// library (ath10k_pci to ath10k_core) depends on it, and is not loaded without it. Where neither the imports nor the library tell, the name does, which
// is under the signature. Card readers, where they are no SDHCI, are not taken for a laptop's own disk: that is eMMC.
var links = []link{
	{"a network",
		[]string{"kernel/drivers/atm/", "kernel/drivers/bus/mhi/", "kernel/drivers/isdn/", "kernel/drivers/net/", "kernel/drivers/usb/atm/", "kernel/drivers/usb/usbip/",
			"kernel/drivers/vhost/", "kernel/net/"},
		[]string{"__dev_queue_xmit", "__mdiobus_register", "__sock_create", "alloc_candev_mqs", "alloc_etherdev_mqs", "alloc_fddidev", "alloc_hdlcdev", "alloc_netdev_dummy",
			"alloc_netdev_mqs", "atm_dev_register", "dev_add_pack", "devm_alloc_etherdev_mqs", "devm_register_netdev", "init_dummy_netdev", "kernel_bind", "kernel_connect",
			"mISDN_register_device", "mdiobus_alloc_size", "napi_enable", "netif_receive_skb", "netif_rx", "phy_driver_register", "phy_drivers_register", "phylink_create",
			"ppp_register_channel", "ppp_register_net_channel", "proto_register", "register_candev", "register_netdev", "register_netdevice", "register_netdevice_notifier",
			"register_pernet_device", "register_pernet_subsys", "rtnl_link_register", "sock_create", "sock_create_kern", "sock_create_lite", "sock_register", "sockfd_lookup",
			"usbnet_probe", "wwan_create_port"},
		[]string{"mhi", "mhi_pci_generic", "usbip_core"}},
	{"a radio",
		[]string{"kernel/drivers/bluetooth/", "kernel/drivers/gnss/", "kernel/drivers/nfc/"},
		[]string{"cfg80211_scan_done", "gnss_allocate_device", "gnss_register_device", "hci_alloc_dev_priv", "hci_register_dev", "ieee80211_alloc_hw_nm", "ieee80211_register_hw",
			"ieee802154_alloc_hw", "ieee802154_register_hw", "nci_allocate_device", "nci_register_device", "nfc_allocate_device", "nfc_register_device", "rfkill_alloc",
			"rfkill_register", "wiphy_new_nm", "wiphy_register"},
		nil},
	{"a camera or a receiver",
		[]string{"kernel/drivers/media/"},
		[]string{"__video_register_device", "cec_allocate_adapter", "cec_register_adapter", "dvb_register_adapter", "dvb_register_device", "rc_allocate_device", "rc_register_device",
			"v4l2_device_register", "video_device_alloc"},
		nil},
	{"sound",
		[]string{"kernel/drivers/soundwire/", "kernel/sound/"},
		[]string{"devm_snd_soc_register_card", "devm_snd_soc_register_component", "sdw_bus_master_add", "snd_card_new", "snd_card_register", "snd_devm_card_new",
			"snd_pcm_new", "snd_rawmidi_new"},
		nil},
	{"a serial line or a modem",
		[]string{"kernel/drivers/pcmcia/", "kernel/drivers/tty/", "kernel/drivers/usb/class/cdc-", "kernel/drivers/usb/serial/"},
		[]string{"serial8250_register_8250_port", "tty_port_register_device", "tty_port_register_device_attr", "tty_register_driver", "uart_add_one_port", "uart_register_driver",
			"usb_cdc_wdm_register", "usb_serial_register_drivers"},
		[]string{"cdc_wdm", "i82092", "n_hdlc", "pcmcia", "pcmcia_core", "pd6729", "yenta_socket"}},
	{"a cable to another computer",
		[]string{"kernel/drivers/firewire/", "kernel/drivers/infiniband/", "kernel/drivers/ntb/", "kernel/drivers/thunderbolt/", "kernel/drivers/usb/gadget/"},
		[]string{"__rdma_create_kernel_id", "fw_card_add", "fw_card_initialize", "ib_register_client", "ib_register_device", "tb_register_property_dir", "usb_add_gadget",
			"usb_add_gadget_udc", "usb_function_register", "usb_gadget_register_driver_owner", "vsock_core_register"},
		[]string{"firewire_core", "firewire_sbp2", "nosy", "thunderbolt", "udc_core"}},
	{"a laptop's own disk",
		[]string{"kernel/drivers/ata/", "kernel/drivers/block/mtip32xx/", "kernel/drivers/mmc/host/sdhci", "kernel/drivers/nvme/", "kernel/drivers/ufs/"},
		[]string{"__sdhci_add_host", "ahci_host_activate", "ata_host_activate", "ata_host_alloc", "ata_host_alloc_pinfo", "ata_pci_bmdma_init_one", "ata_pci_sff_activate_host",
			"ata_pci_sff_init_one", "nvme_init_ctrl", "sdhci_add_host", "sdhci_alloc_host", "ufshcd_alloc_host", "ufshcd_init"},
		[]string{"libata", "mtip32xx", "nvme_core", "sdhci", "ufshcd_core"}},
	{"something that is not finished", []string{"kernel/drivers/staging/"}, nil, nil},
}

// forbidden says what is wrong with a place in the folder of modules.
func forbidden(at string) (what string, bad bool) {
	for _, l := range links {
		for _, folder := range l.folders {
			if strings.HasPrefix(at, folder) {
				return l.what, true
			}
		}
	}
	return "", false
}

// linkOf are the imports of all links, and linkNamed their names.
var (
	linkOf    = sync.OnceValue(func() map[string]string { return byName(func(l link) []string { return l.imports }) })
	linkNamed = sync.OnceValue(func() map[string]string { return byName(func(l link) []string { return l.names }) })
)

// byName says what each of some names of the links is for.
func byName(of func(link) []string) map[string]string {
	all := map[string]string{}
	for _, l := range links {
		for _, name := range of(l) {
			all[name] = l.what
		}
	}
	return all
}

// Refuse says why a module has no place in a live system, nil if it may be there. What is no module has none either.
func Refuse(m Module) error {
	o, err := m.parse()
	if err != nil {
		return err
	}
	n, err := o.needs()
	switch {
	case err != nil:
		return m.bad("%v", err)
	case n.name != "" && normal(n.name) != m.Name:
		return m.bad("the file has the module %.60q", n.name)
	}
	return m.refuse(o)
}

func (m *Module) refuse(o *object) error {
	hint := "a live system has no way out of the laptop: leave the module out"
	if what, bad := forbidden(m.Path); bad {
		return issue.New("module-refused", nil, "%s is for %s: it stands where such drivers do", m.Path, what).Advise(hint)
	}
	if what := linkNamed()[m.Name]; what != "" {
		return issue.New("module-refused", nil, "%s is for %s: the module %s is", m.Path, what, m.Name).Advise(hint)
	}
	for _, name := range o.imports {
		if what := linkOf()[name]; what != "" {
			return issue.New("module-refused", nil, "%s is for %s: it takes %s from the kernel", m.Path, what, name).Advise(hint)
		}
	}
	return nil
}

// builtInAnyway are folders that may have drivers in the kernel itself. The serial lines of the board are one of a live system's terminals. The rest
// are protocols, not drivers, that come with sockets: without a driver they reach nothing but the loopback interface, which is built in too, and
// containers on the same machine (netkit).
// The radios' protocols are not among them.
var builtInAnyway = []string{"kernel/drivers/tty/", "kernel/drivers/net/loopback.ko", "kernel/drivers/net/netkit.ko", "kernel/net/802/", "kernel/net/8021q/", "kernel/net/bridge/", "kernel/net/core/",
	"kernel/net/dns_resolver/", "kernel/net/ethernet/", "kernel/net/ipv4/", "kernel/net/ipv6/", "kernel/net/key/", "kernel/net/llc/", "kernel/net/mpls/", "kernel/net/mptcp/",
	"kernel/net/netfilter/", "kernel/net/netlink/", "kernel/net/packet/", "kernel/net/sched/", "kernel/net/unix/", "kernel/net/xdp/", "kernel/net/xfrm/"}

// refuseBuiltIn refuses a kernel with a driver built in that would be refused as a module. modules.builtin names only what could have been a
// module; no driver of a network card is an exception to that.
func (f *folder) refuseBuiltIn() error {
	for _, name := range slices.Sorted(maps.Keys(f.builtIn)) {
		at := f.builtIn[name]
		what, bad := forbidden(at)
		if bad && !slices.ContainsFunc(builtInAnyway, func(folder string) bool { return strings.HasPrefix(at, folder) }) {
			return issue.New("kernel-refused", nil, "the kernel has %s built in, which is for %s", at, what).
				Advise("take the kernel of Debian's linux-image-amd64, which has none of these built in")
		}
	}
	return nil
}
