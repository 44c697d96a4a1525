// SPDX-License-Identifier: GPL-2.0 OR MIT
// The smallest module that a kernel loads: the sample that tests sign.
#include <linux/init.h>
#include <linux/module.h>

static int __init sample_init(void) { pr_info("sigtool sample: loaded\n"); return 0; }
static void __exit sample_exit(void) { pr_info("sigtool sample: gone\n"); }

module_init(sample_init);
module_exit(sample_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("sigtool test sample");
