package backup

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNoShares is returned by a codec that writes whole secrets only, when it is asked to spread one.
var ErrNoShares = errors.New("this code has no shares")

// ErrIncomplete is what every *Incomplete wraps: all that was read is sound, and it is not enough.
var ErrIncomplete = errors.New("more shares are needed")

// Split says over how many sheets a secret is spread. The zero value is one sheet that restores alone.
type Split struct {
	Groups    []Group   // one for plain "M of N"; none for a single sheet
	Threshold int       // how many groups are needed; 0 stands for 1 where there is one group
	Holders   []string  // who keeps each sheet, in order; empty, or one for each sheet
	Rand      io.Reader // where the random part of shares comes from; without groups a codec may need it for a name of the set
}

// Group is shares of which so many restore it.
type Group struct{ Need, Of int }

// Sheets is how many sheets a split makes.
func (s Split) Sheets() int {
	if len(s.Groups) == 0 {
		return 1
	}
	n := 0
	for _, g := range s.Groups {
		n += g.Of
	}
	return n
}

// Valid checks what no code can spread: groups that need more than they have, or holders that are not one for each sheet.
// What a code allows within that is its own affair.
func (s Split) Valid() error {
	for _, g := range s.Groups {
		if g.Need < 1 || g.Of < g.Need {
			return fmt.Errorf("%d of %d shares: at least 1 and at most all of them are needed", g.Need, g.Of)
		}
	}
	if n := len(s.Groups); s.Threshold < 0 || s.Threshold > max(n, 1) || s.Threshold == 0 && n > 1 {
		return fmt.Errorf("%d of %d groups: at least 1 and at most all of them are needed", s.Threshold, n)
	}
	if len(s.Holders) > 0 && len(s.Holders) != s.Sheets() {
		return fmt.Errorf("%d holders for %d sheets", len(s.Holders), s.Sheets())
	}
	for _, holder := range s.Holders {
		if err := (Meta{Holder: holder}).Valid(); err != nil {
			return err
		}
	}
	return nil
}

// Holder is who keeps sheet i, from 0; other where the split names nobody.
func (s Split) Holder(i int, other string) string {
	if i < len(s.Holders) {
		return s.Holders[i]
	}
	return other
}

// Share says which share of which set a sheet carries. Numbers count from 1; what a code does not carry and no head says is 0.
type Share struct {
	Set        string `json:"set"`             // names the set: shares of one set have the same
	Index      int    `json:"index"`           // number of the share in its group
	Need       int    `json:"need"`            // shares that restore the group
	Of         int    `json:"of,omitempty"`    // shares that were made of the group, as the head says
	Group      int    `json:"group,omitempty"` // number of the group; 0 where there is one only
	GroupNeed  int    `json:"group_need,omitempty"`
	GroupOf    int    `json:"group_of,omitempty"`
	DocumentID string `json:"document"` // as Sheet.DocumentID
}

// String says it in words: "share 2 of 3, any 2 restore".
func (s Share) String() string {
	text := fmt.Sprintf("share %d", s.Index)
	if s.Of > 0 {
		text += fmt.Sprintf(" of %d", s.Of)
	}
	if s.Group > 0 {
		return text + fmt.Sprintf(" in group %d of %d; any %d of the group, and any %d groups, restore", s.Group, s.GroupOf, s.Need, s.GroupNeed)
	}
	return text + fmt.Sprintf(", any %d restore", s.Need)
}

// Incomplete says that every share read is sound, and of one set, but that they are too few.
type Incomplete struct {
	Code          string
	Shares        []Share
	Want          string  // what is wanted: "1 more share of set 7945"
	Payload       Payload // what the heads say; the Secret is nil
	Meta          Meta
	Corrections   []Correction
	HeaderDiffers []string
}

// Error names the shares and what is wanted.
func (e *Incomplete) Error() string {
	var names []string
	for _, s := range e.Shares {
		names = append(names, s.String())
	}
	return fmt.Sprintf("%s: sound; %s", strings.Join(names, "; "), e.Want)
}

// Unwrap makes errors.Is(err, ErrIncomplete) work.
func (*Incomplete) Unwrap() error { return ErrIncomplete }
