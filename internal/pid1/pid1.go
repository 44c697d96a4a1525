// Package pid1 is what the first process of a live system does for the others: it mounts what the kernel has to show, loads the modules that
// came along and no other ever after, starts programs on a terminal, buries those that ended, and switches the machine off.
package pid1
