// Package csf reads and makes command sequence files, HABv4's lists of commands and of the signatures and certificates that these point at.
package csf
