package backup

import (
	"crypto/sha256"
	"fmt"

	"sigtool/internal/secret"
)

// PageCount is how many pages the rows of a sheet take.
func (s *Sheet) PageCount() int {
	if s.PerPage == 0 {
		return 1
	}
	return max(1, (len(s.Rows)+s.PerPage-1)/s.PerPage)
}

// PageRows are the rows of page i, from 0.
func (s *Sheet) PageRows(i int) [][]byte {
	if s.PerPage == 0 {
		return s.Rows
	}
	return s.Rows[i*s.PerPage : min(len(s.Rows), (i+1)*s.PerPage)]
}

// PageCheck is the check of page i, from 0, as it is printed.
func (s *Sheet) PageCheck(i int) string { return FormatID(PageCheck(s.PageRows(i))) }

// PageCheck is a check of rows: the first 40 bits of the SHA-256 of their letters and digits, small letters as capitals, with a line
// feed after each row.
func PageCheck(rows [][]byte) uint64 {
	h := sha256.New()
	for _, row := range rows {
		plain := make([]byte, 0, len(row)+1)
		for _, c := range row {
			switch {
			case c >= 'a' && c <= 'z':
				plain = append(plain, c-'a'+'A')
			case isDigit(c), isLetter(c):
				plain = append(plain, c)
			}
		}
		plain = append(plain, '\n')
		h.Write(plain)
		secret.Wipe(plain)
	}
	return IDOf(h.Sum(nil))
}

// Footer is what stands below page i, from 0: "page 2 of 5, lines 31 to 60, check QPZR-Y9X8".
func (s *Sheet) Footer(i int) string {
	first := i*s.PerPage + 1
	return fmt.Sprintf("page %d of %d, lines %d to %d, check %s", i+1, s.PageCount(), first, first+len(s.PageRows(i))-1, s.PageCheck(i))
}
