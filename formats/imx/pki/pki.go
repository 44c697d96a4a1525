// Package pki lays out a tree of keys and certificates for i.MX processors as NXP's code signing tool (CST) lays out its own, so that
// either works with the other's.
package pki
