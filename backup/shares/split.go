package shares

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"sigtool/backup"
	"sigtool/internal/secret"
)

const (
	secretAt   = 255 // the x at which the polynomials give the secret
	digestAt   = 254 // and the digest that proves it
	digestSize = 4
	maxOf      = 16
	idBits     = 15
)

// plan checks a split against what SLIP-39 allows.
func plan(split backup.Split) (groups []backup.Group, groupNeed int, err error) {
	groups, groupNeed = split.Groups, split.Threshold
	if len(groups) == 0 {
		groups = []backup.Group{{Need: 1, Of: 1}}
	}
	if len(groups) == 1 && groupNeed == 0 {
		groupNeed = 1
	}
	if len(groups) > maxOf || groupNeed < 1 || groupNeed > len(groups) {
		return nil, 0, fmt.Errorf("%d of %d groups: SLIP-39 has 1 to %d groups, of which at least 1 and at most all are needed", groupNeed, len(groups), maxOf)
	}
	for _, g := range groups {
		switch {
		case g.Of < 1 || g.Of > maxOf || g.Need < 1 || g.Need > g.Of:
			return nil, 0, fmt.Errorf("%d of %d shares: SLIP-39 has 1 to %d shares in a group, of which at least 1 and at most all are needed", g.Need, g.Of, maxOf)
		case g.Need == 1 && g.Of > 1:
			return nil, 0, fmt.Errorf("1 of %d shares: SLIP-39 has no such shares, as each would be the whole secret; make one sheet and print it %d times", g.Of, g.Of)
		}
	}
	return groups, groupNeed, split.Valid()
}

// spread makes the shares of a master secret, group by group. The caller wipes their values.
func spread(master []byte, passphrase string, s set, groups []backup.Group, random io.Reader) ([]*share, error) {
	s.groupOf, s.size = len(groups), len(master)
	encrypted, err := encrypt(master, passphrase, s)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(encrypted)
	parts, err := cut(encrypted, s.groupNeed, len(groups), random)
	if err != nil {
		return nil, err
	}
	defer wipePoints(parts)
	var all []*share
	for g, part := range parts {
		members, err := cut(part.y, groups[g].Need, groups[g].Of, random)
		if err != nil {
			wipeShares(all)
			return nil, err
		}
		for _, m := range members {
			all = append(all, &share{set: s, group: g, member: int(m.x), need: groups[g].Need, value: m.y})
		}
	}
	return all, nil
}

// cut makes points of which so many are needed: all but two of those by chance, the digest, the secret, and the rest on the
// polynomials through them.
func cut(whole []byte, need, of int, random io.Reader) (points []point, err error) {
	if need == 1 {
		for x := range of {
			points = append(points, point{byte(x), append([]byte(nil), whole...)})
		}
		return points, nil
	}
	if random == nil {
		return nil, errors.New("shares can't be made without a source of randomness")
	}
	chance := make([]byte, len(whole)*(need-1)-digestSize)
	defer secret.Wipe(chance)
	if _, err := io.ReadFull(random, chance); err != nil {
		return nil, fmt.Errorf("the source of randomness fails: %w", err)
	}
	for x := range need - 2 {
		points = append(points, point{byte(x), append([]byte(nil), chance[:len(whole)]...)})
		chance = chance[len(whole):]
	}
	proof := append(digest(chance, whole), chance...)
	defer secret.Wipe(proof)
	base := append(points[:need-2:need-2], point{digestAt, proof}, point{secretAt, whole})
	for x := need - 2; x < of; x++ {
		points = append(points, point{byte(x), interpolate(byte(x), base)})
	}
	return points, nil
}

// digest proves a secret, with random bytes for its key so that it tells nothing of it.
func digest(key, whole []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(whole)
	return mac.Sum(nil)[:digestSize:digestSize]
}

func wipePoints(points []point) {
	for _, p := range points {
		secret.Wipe(p.y)
	}
}

func wipeShares(shares []*share) {
	for _, s := range shares {
		secret.Wipe(s.value)
	}
}
