package ahab

import "fmt"

// What a person should know of a signature, good or not.
const (
	warnSGK = "a subordinate key (SGK) signed it: firmware of EdgeLock enclaves (i.MX 8ULP, 91, 93, 95) refused those in April 2025, that of SECO (8, 8X) takes them"
	warnCA  = "the SRK that signed it has the CA flag, which NXP's guide gives to SRKs that only sign certificates of subordinate keys"
)

// warnings are what to say of a container that was just signed.
func (j *job) warnings() []string {
	var warnings []string
	switch {
	case j.order.Certificate != nil:
		warnings = append(warnings, warnSGK)
	case j.order.Sets[0].Table.Records[j.order.Used].CA:
		warnings = append(warnings, warnCA)
	}
	if j.tables > len(j.order.Sets) {
		warnings = append(warnings, fmt.Sprintf("%s was hybrid, and has no second signature any more: a device whose fuses ask for both refuses it", j.c))
	}
	return warnings
}

// nxpNotes are what to say of a container that says that NXP signed it, which no file proves.
func (c *container) nxpNotes() []string {
	notes := []string{"signed under a table of SRKs of NXP's, whose hash only NXP's processors know"}
	for i, m := range c.images {
		if m.size > 0 && m.application() {
			return append(notes, fmt.Sprintf("image %d of it is an application's (%s, %s), while NXP signs the firmware of ELE, SECO and V2X: a closed device refuses it if NXP did not", i+1, m.kind(), m.core()))
		}
	}
	return notes
}
