package sigblock

import (
	"cmp"
	"slices"

	"sigtool/formats/apk/lineage"
)

// consistent checks that the signers of v3 or v3.1, each for a range of platforms, leave none out and overlap nowhere, and that their lineages only
// grow and are one. A signer for a development release may start with the last platform of the one before it.
func (r *reading) consistent() error {
	sorted := slices.Clone(r.signers)
	slices.SortStableFunc(sorted, func(a, b Signer) int { return cmp.Compare(a.MaxSDK, b.MaxSDK) })
	var lineages []*lineage.Lineage
	for i, s := range sorted {
		if i > 0 {
			last := sorted[i-1].MaxSDK
			if s.MinSDK != last+1 && !(s.MinSDK == last && s.DevRelease) {
				return r.issue("INCONSISTENT_SDK_VERSIONS", "one signer is for platforms to %d and the next from %d on", last, s.MinSDK)
			}
		}
		if s.Lineage == nil {
			continue
		}
		if n := len(lineages); n > 0 && len(s.Lineage.Nodes) < len(lineages[n-1].Nodes) {
			return r.issue("INCONSISTENT_LINEAGES", "a signer for later platforms tells of fewer past signers than one for platforms before them")
		}
		lineages = append(lineages, s.Lineage)
	}
	first, last := sorted[0].MinSDK, sorted[len(sorted)-1].MaxSDK
	from := max(r.min, firstV3)
	if r.scheme == 31 {
		from = r.max // v3 serves the platforms before
	}
	if first > from || last < r.max {
		return r.issue("MISSING_SDK_VERSIONS", "the signers are for platforms %d to %d only", first, last)
	}
	if err := lineage.Agree(lineages...); err != nil {
		return r.issue("INCONSISTENT_LINEAGES", "%v", err)
	}
	return nil
}
