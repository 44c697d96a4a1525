package chunk

import (
	"fmt"
	"strconv"
	"strings"
)

// Missing says of which documents codes are wanting, and which, or that their codes do not fit together. It is an error.
type Missing struct{ Documents []Document }

// Error is "document QPZR-Y9X8: codes 3 and 5 of 7 are missing, 1 more is needed", for each document.
func (m *Missing) Error() string {
	var list []string
	for _, d := range m.Documents {
		list = append(list, d.String())
	}
	return strings.Join(list, "; ")
}

// String says what is missing of a document.
func (d Document) String() string {
	if d.Why != "" {
		return fmt.Sprintf("document %s: %s", d.ID, d.Why)
	}
	if len(d.Missing) == 0 {
		return fmt.Sprintf("document %s: all %d codes", d.ID, d.Of)
	}
	noun, verb := "codes", "are"
	if len(d.Missing) == 1 {
		noun, verb = "code", "is"
	}
	s := fmt.Sprintf("document %s: %s %s of %d %s missing", d.ID, noun, enumerate(d.Missing), d.Of, verb)
	switch d.Need {
	case 0:
		return s + ", the others suffice"
	case 1:
		return s + ", 1 more is needed"
	}
	return s + fmt.Sprintf(", %d more are needed", d.Need)
}

// enumerate writes "3", "3 and 5", "3, 5 and 6", and "1 to 4 and 7" for runs of three or more.
func enumerate(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if j-i < 2 {
			j = i
			parts = append(parts, strconv.Itoa(numbers[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d to %d", numbers[i], numbers[j]))
		}
		i = j + 1
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
