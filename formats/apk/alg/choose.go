package alg

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Checked returns which of the algorithms that signatures have (known ones, in the signatures' order) are checked by at least one
// platform from minSDK to maxSDK: each platform checks the strongest that it knows, which is the one over the strongest content digest, and of
// equals the first. The result is indexes into ids, by rising id. With plain, platforms count that can calculate an algorithm rather than
// those that take it in a signing block, as for source stamps. The error says that there is a platform that could check none.
func Checked(ids []ID, minSDK, maxSDK int, plain bool) ([]int, error) {
	best := map[int]int{} // by the first platform that knows the algorithm
	first := math.MaxInt
	for i, id := range ids {
		t := find(id)
		if t == nil {
			continue
		}
		sdk := t.sdk
		if plain {
			sdk = t.plain
		}
		if sdk > maxSDK {
			continue
		}
		first = min(first, sdk)
		if old, ok := best[sdk]; !ok || t.content > find(ids[old]).content {
			best[sdk] = i
		}
	}
	if len(best) == 0 {
		return nil, errors.New("no signature by an algorithm that is known")
	}
	if minSDK < first {
		return nil, fmt.Errorf("no signature that platforms before %d can check, and it is to be good from %d on", first, minSDK)
	}
	var checked []int
	for _, i := range best {
		checked = append(checked, i)
	}
	slices.SortFunc(checked, func(a, b int) int { return int(ids[a]) - int(ids[b]) })
	return checked, nil
}
