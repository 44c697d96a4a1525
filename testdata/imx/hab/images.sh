#!/bin/sh
# Makes the images of this folder with mkimage (u-boot-tools 2023.01), dtc and python3.
set -e
head -c 448 /dev/zero | tr '\0' 'S' > spl.bin
head -c 328 /dev/zero | tr '\0' 'U' > u-boot.bin
head -c 200 /dev/zero | tr '\0' 'A' > bl31.bin
head -c 100 /dev/zero | tr '\0' 'D' > board.dtb
cat > u-boot.its <<'END'
/dts-v1/;
/ {
	description = "sample";
	images {
		uboot {
			description = "U-Boot"; data = /incbin/("u-boot.bin");
			type = "standalone"; os = "u-boot"; arch = "arm64"; compression = "none"; load = <0x40200000>;
		};
		atf {
			description = "firmware"; data = /incbin/("bl31.bin");
			type = "firmware"; arch = "arm64"; compression = "none"; load = <0x920000>; entry = <0x920000>;
		};
		fdt-1 {
			description = "device tree"; data = /incbin/("board.dtb"); type = "flat_dt"; compression = "none";
		};
	};
	configurations {
		default = "config-1";
		config-1 { description = "sample"; firmware = "uboot"; loadables = "atf"; fdt = "fdt-1"; };
	};
};
END
export SOURCE_DATE_EPOCH=1767225600
mkimage -f u-boot.its inside.itb > /dev/null
mkimage -E -p 0x3000 -f u-boot.its outside.itb > /dev/null
flash() { # FIT ROM BLOCKS-OFFSET
	printf 'ROM_VERSION %s\nBOOT_FROM sd\nFIT\nLOADER spl.bin 0x7e1000\nSECOND_LOADER %s.itb 0x40200000 %s\n' $2 $1 $3 > flash.cfg
	mkimage -T imx8mimage -n flash.cfg -d spl.bin $1-$2.bin > /dev/null
}
flash inside v1 0xb800
flash outside v2 0xb400
mkimage -A arm -O u-boot -T firmware_ivt -C none -a 0x17800000 -e 0 -n sample -d u-boot.bin u-boot-ivt.img > /dev/null
python3 - <<'END'
import struct
me, start = 0x907400, 0x907000
ivt = bytes([0xd1, 0, 0x20, 0x40]) + struct.pack('<7I', me + 0x80, 0, me + 0x2c, me + 0x20, me, me + 0x100, 0)
dcd = bytes([0xd2, 0, 0x10, 0x40, 0xcc, 0, 0x0c, 4]) + struct.pack('>2I', 0x20c4068, 0xffffffff)
head = ivt + struct.pack('<3I', start, 0x400 + 0x100 + 0x1000, 0) + dcd
open('small.imx', 'wb').write(head.ljust(0x80, b'\0') + bytes((i * 7 + 3) & 255 for i in range(0x80)))
END
rm *.itb u-boot.its u-boot.bin bl31.bin board.dtb spl.bin flash.cfg
