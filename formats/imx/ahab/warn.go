package ahab

// What a person should know of a signature, good or not.
const (
	warnSGK = "a subordinate key (SGK) signed it: firmware of EdgeLock enclaves (i.MX 8ULP, 91, 93, 95) refused those in April 2025, that of SECO (8, 8X) takes them"
	warnCA  = "the SRK that signed it has the CA flag, which NXP's guide gives to SRKs that only sign certificates of subordinate keys"
)

// warnings are what to say of a container that was just signed.
func (j *job) warnings() []string {
	switch {
	case j.order.Certificate != nil:
		return []string{warnSGK}
	case j.order.Sets[0].Table.Records[j.order.Used].CA:
		return []string{warnCA}
	}
	return nil
}
