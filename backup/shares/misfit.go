package shares

import (
	"fmt"
	"slices"
	"strings"
)

const (
	forged = "sound by itself, and it does not fit the other shares: one of them was forged or changed, or is of a set that has the same name"
	oddOne = "sound by itself, and it does not fit the others, which fit each other: forged or changed, or of a set that has the same name"
)

// oddShares names the members of a group that do not fit, or all where that can't be told.
func oddShares(members, odd []int) (m misfits) {
	if len(odd) == 0 {
		for _, i := range members {
			m = append(m, misfit{i, forged})
		}
	}
	for _, i := range odd {
		m = append(m, misfit{members[i], oddOne})
	}
	return m
}

// oddGroups names the shares of the groups that do not fit, or all.
func oddGroups(groups [][]int, points []point, odd []int) (m misfits) {
	for i, p := range points {
		if len(odd) > 0 && !slices.Contains(odd, i) {
			continue
		}
		why := forged
		if len(odd) > 0 {
			why = oddOne
		}
		for _, at := range groups[p.x] {
			m = append(m, misfit{at, why})
		}
	}
	return m
}

// wanted says what is missing, or "" if there is enough.
func wanted(all []*share, groups [][]int) string {
	s, complete := all[0].set, 0
	var started []string
	for g, members := range groups {
		switch {
		case len(members) == 0:
		case len(members) >= all[members[0]].need:
			complete++
		default:
			started = append(started, fmt.Sprintf("%s of group %d", more(all[members[0]].need-len(members)), g+1))
		}
	}
	lacking := s.groupNeed - complete
	switch {
	case lacking <= 0:
		return ""
	case s.groupOf == 1 && len(started) == 1:
		text, _, _ := strings.Cut(started[0], " of group")
		return text + " of set " + s.name()
	}
	text := fmt.Sprintf("%d of %d groups of set %s are whole and %d are needed", complete, s.groupOf, s.name(), s.groupNeed)
	if len(started) > 0 {
		text += "; begun: " + strings.Join(started, ", ")
	}
	return text
}

func more(n int) string {
	if n == 1 {
		return "1 more share"
	}
	return fmt.Sprintf("%d more shares", n)
}
