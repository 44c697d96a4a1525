// Package sigblk reads and makes the signature block of an AHAB container: SRK tables, signatures, a certificate.
package sigblk
