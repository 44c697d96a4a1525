// Package boot finds what HABv4 reads in a boot image: image vector tables, boot data, device configuration data, and where the command
// sequence file stands or is to stand.
package boot
