/* A trusted application's shape and nothing in it: the section .ta_head begins with the UUID, as OP-TEE's linker script has it. */
struct uuid {
	unsigned int low;
	unsigned short mid, high;
	unsigned char rest[8];
};

const struct uuid head __attribute__((section(".ta_head"), used, visibility("hidden"))) = {
	0x3f7a4c10, 0x9d2e, 0x4b51, { 0x8c, 0x60, 0x1e, 0x5b, 0x27, 0xa9, 0xd4, 0x83 }
};
