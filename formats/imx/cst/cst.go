// Package cst reads the text form of a command sequence file, from which NXP's code signing tool (CST) makes a binary one.
package cst
